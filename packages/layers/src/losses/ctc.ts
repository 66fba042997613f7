import {
  add,
  arange,
  broadcastTo,
  type Config,
  cast,
  checkOptionNames,
  concat,
  countNonZero,
  equal,
  expandDims,
  full,
  logicalAnd,
  logicalOr,
  logSoftmax,
  logSumExp,
  mul,
  neg,
  notEqual,
  reshape,
  ShapeError,
  slice,
  stack,
  sub,
  type Tensor,
  takeAlongAxis,
  tidy,
  unstack,
  where,
  zeros,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkTensors, toFloat } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'

/**
 * −log of the probability of a sequence of labels, summed over every way in which the steps can spell it
 * (connectionist temporal classification).
 *
 * Each step says one class; repeated classes count once, and class 0, the blank, says nothing. Rows of labels end with
 * zeros where they are shorter. The loss is Infinity where there are too few steps for the labels.
 *
 * @param yTrue Labels from 1 to classes − 1, [batch, length], padded with 0; floats are truncated.
 * @param yPred Logits, [batch, steps, classes].
 * @returns One value for each sample: [batch].
 * @throws {@link ShapeError} for other ranks and batches, and without steps, {@link IndexError} for labels out of range, on CPU backends.
 * @see https://keras.io/api/losses/probabilistic_losses/#ctc-class
 * @example
 * ```ts
 * losses.ctc(tensor([[1]]), tensor([[[0, 0], [0, 0]]])) // [0.28768]
 * ```
 */
export function ctc(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const { labels, logits } = matchSequences('ctc', yTrue, yPred)
    const states = withBlanks(labels)
    const [batch, size] = states.shape as readonly [number, number]
    const index = expandDims(states, { axis: 1 })
    const steps = unstack(
      takeAlongAxis(logSoftmax(logits), broadcastTo(index, [batch, logits.shape[1]!, size]), { axis: -1 }),
      { axis: 1 },
    )
    const position = expandDims(arange(size, { dtype: 'int32', backend: labels.storage.backend }), {
      axis: 0,
    })
    const maySkip = logicalAnd(notEqual(states, 0), notEqual(states, shift(states, 2, 0)))
    // Spelling begins with a blank or with the first label.
    const isFirst = logicalOr(equal(position, 0), equal(position, 1))
    let reached = where(isFirst, steps[0]!, never)
    for (const step of steps.slice(1)) {
      const skipped = where(maySkip, shift(reached, 2, never), never)
      reached = add(step, logSumExp(stack([reached, shift(reached, 1, never), skipped]), { axis: 0 }))
    }
    // And it ends with the last label or the blank behind it.
    const end = mul(expandDims(cast(countNonZero(labels, { axis: 1 }), 'int32'), { axis: 1 }), 2)
    const isLast = logicalOr(equal(position, end), equal(position, sub(end, 1)))
    return neg(logSumExp(where(isLast, reached, never), { axis: 1 }))
  })
}

/** The logarithm of what cannot be. */
const never = Number.NEGATIVE_INFINITY

/** [a, b] → [0, a, 0, b, 0], for each row. */
function withBlanks(labels: Tensor): Tensor {
  const { backend } = labels.storage
  const [batch, length] = labels.shape as readonly [number, number]
  const blanks = zeros([batch, length], { dtype: 'int32', backend })
  const pairs = reshape(stack([blanks, labels], { axis: 2 }), [batch, 2 * length])
  return concat([pairs, zeros([batch, 1], { dtype: 'int32', backend })], { axis: 1 })
}

/** Rows that begin with `by` values more and end with as many less. */
function shift(x: Tensor, by: number, value: number): Tensor {
  const [batch, size] = x.shape as readonly [number, number]
  const kept = Math.max(0, size - by)
  const { dtype, storage } = x
  const start = full([batch, size - kept], value, { dtype, backend: storage.backend })
  return kept === 0 ? start : concat([start, slice(x, [null, [0, kept]])], { axis: 1 })
}

function matchSequences(
  op: string,
  yTrue: Tensor,
  yPred: Tensor,
): { readonly labels: Tensor; readonly logits: Tensor } {
  checkTensors(op, yTrue, yPred)
  const [batch, steps, classes] = yPred.shape
  if (yTrue.rank !== 2 || yPred.rank !== 3 || yTrue.shape[0] !== batch || steps === 0 || classes === 0) {
    throw new ShapeError('these are no sequences of labels and logits', {
      op,
      received: { yTrue, yPred },
      expected: 'labels [batch, length] and logits [batch, steps, classes]',
    })
  }
  return { labels: yTrue.dtype === 'int32' ? yTrue : cast(yTrue, 'int32'), logits: toFloat(yPred) }
}

/**
 * The loss −log P(labels) of sequences whose steps are not aligned with their labels. Name: `ctc`.
 *
 * @throws {@link ArgumentError} for an unknown option or reduction.
 * @see https://keras.io/api/losses/probabilistic_losses/#ctc-class
 * @example
 * ```ts
 * new losses.CTC().apply(tensor([[1]]), tensor([[[0, 0], [0, 0]]])) // 0.28768
 * ```
 */
export class CTC extends Loss {
  static override readonly className: string = 'CTC'

  constructor(options: LossOptions = {}) {
    checkOptionNames('CTC', options, lossOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return ctc(yTrue, yPred)
  }

  static fromConfig(config: Config): CTC {
    const read = new ConfigReader('CTC', config)
    const options = readLossOptions(read, 'ctc')
    read.done()
    return new CTC(options)
  }
}
