import { ShapeError, type Tensor } from '@tapegrad/core'
import { asList, isList } from '../engine/lists.ts'
import { getMask } from '../engine/masks.ts'
import type { Tensors } from '../engine/symbolic-tensor.ts'
import type { Predictions, Weighting } from './contracts.ts'

/** An output of a batch, and what it is compared with. */
export interface Output {
  readonly y: Tensor | null
  readonly yPred: Tensor
  readonly sampleWeight: Tensor | null
}

/**
 * The outputs of a batch one by one. A weight that is alone is that of all outputs.
 *
 * @param hasLoss Which outputs have a loss: targets may be given for those alone.
 * @throws {@link ShapeError} where there are more or fewer targets or weights than outputs.
 */
export function pairOutputs(
  op: string,
  { y, yPred, sampleWeight }: Predictions<Tensors, Tensors>,
  hasLoss: (output: number) => boolean = () => true,
): readonly Output[] {
  if (!isList(yPred)) {
    // As Keras does, lists of one are taken for a model of one output.
    return [{ y: only(op, 'y', y), yPred, sampleWeight: only(op, 'sampleWeight', sampleWeight) }]
  }
  const targets = y === null ? null : asList<Tensor>(y)
  const lossy = yPred.flatMap((_, i) => (hasLoss(i) ? [i] : []))
  const places = targets?.length === yPred.length ? yPred.map((_, i) => i) : lossy
  if (targets !== null && targets.length !== places.length) throw differing(op, 'targets', targets, yPred)
  const isAlone = sampleWeight !== null && !Array.isArray(sampleWeight)
  const weights = (isAlone ? yPred.map(() => sampleWeight) : sampleWeight) as
    | readonly (Tensor | null)[]
    | null
  if (weights !== null && weights.length !== yPred.length) throw differing(op, 'sampleWeight', weights, yPred)
  return yPred.map((each, i) => ({
    y: targets?.[places.indexOf(i)] ?? null,
    yPred: each,
    sampleWeight: weights?.[i] ?? null,
  }))
}

/** What weighs and hides the samples of an output. */
export function weightingOf(yPred: Tensor, sampleWeight: Tensor | null): Weighting {
  const mask = getMask(yPred)
  return { ...(sampleWeight === null ? {} : { sampleWeight }), ...(mask === null ? {} : { mask }) }
}

function only(op: string, name: string, column: Tensors | readonly (Tensor | null)[] | null): Tensor | null {
  if (column === null || !Array.isArray(column)) return column as Tensor | null
  if (column.length === 1) return column[0] as Tensor | null
  throw new ShapeError(`${name} is a list, and the model has one output`, {
    op,
    received: { [name]: column },
  })
}

function differing(
  op: string,
  name: string,
  received: readonly unknown[],
  yPred: readonly Tensor[],
): ShapeError {
  return new ShapeError(`there are not as many ${name} as outputs`, {
    op,
    received: { [name]: received },
    expected: `${yPred.length}, one for each output`,
  })
}
