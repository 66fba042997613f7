import { defineOp } from '../autodiff/define-op.ts'
import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { isRecording } from '../autodiff/recording.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { DTypeError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { isFloat } from '../tensor/dtype.ts'
import { normalizeAxis, sameShape } from '../tensor/shape.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'
import { cast } from './cast.ts'
import { type CrossEntropyOptions, fromRows, toRows } from './cross-entropy-inputs.ts'
import { explainOutside } from './flat-index.ts'
import { toInt32 } from './gather-along.ts'
import { logSoftmax } from './log-softmax.ts'
import { mul } from './mul.ts'
import { oneHot } from './one-hot.ts'
import { reshape } from './reshape.ts'
import { softmax } from './softmax.ts'
import { runCrossEntropy } from './softmax-cross-entropy.ts'
import { sub } from './sub.ts'
import { takeAlongAxis } from './take-along-axis.ts'
import { insertAxes, removeAxes } from './unit-axes.ts'

/**
 * The key of an optional kernel that computes a cross-entropy with class numbers and its gradient at once:
 * `loss[r] = −ln p[r, labels[r]]` and `gradient[r, c] = p[r, c] − (c = labels[r] ? 1 : 0)`, where `p` is the softmax of
 * the logits along c.
 *
 * `logits` and `gradient` have the shape [rows, classes], `loss` has [rows], of one dtype, float32 or float64 (whichever
 * the backend has); `labels` has [rows] and is int32. All are contiguous and not empty; `loss` and `gradient` are whole,
 * the offsets of the others may be greater than 0. ln p is to be computed as `(x − max) − ln Σ exp(x − max)`. A row of
 * logits with NaN or Infinity, or of −Infinity alone, gives NaN for its loss and its gradient. Where a label lies outside
 * 0 … classes − 1, backends with `caps.checksIndices` throw `IndexError`; others make that row's loss NaN.
 */
export const sparseSoftmaxCrossEntropyKernel: KernelKey<
  (logits: View, labels: View, loss: View, gradient: View) => void
> = /* @__PURE__ */ kernelKey('sparseSoftmaxCrossEntropy', 2, 3)

const op = 'sparseSoftmaxCrossEntropyWithLogits'

/** Gives the loss of each row, which a kernel has computed together with the gradient, its place on the tape. */
const attachGradient: (logits: Tensor, labels: Tensor, loss: Tensor, gradient: Tensor) => Tensor =
  /* @__PURE__ */ defineOp({
    name: 'sparseSoftmaxCrossEntropyWithLogits',
    inputs: ['logits', 'labels', 'loss', 'gradient'],
    save: ['logits', 'labels', 'gradient'],
    forward: (_logits, _labels, loss) => alias(loss, loss.shape, loss.strides, loss.offset),
    vjp: {
      logits: (g, { logits, labels, gradient }) =>
        // The kernel's gradient is a number for the tape: what is differentiated again is computed again.
        mul(insertAxes(g, [1]), isRecording(logits) ? slope(logits, labels) : gradient),
      labels: null,
      loss: null,
      gradient: null,
    },
  })

function slope(logits: Tensor, labels: Tensor): Tensor {
  return sub(softmax(logits), oneHot(labels, logits.shape[1]!, { dtype: logits.dtype }))
}

/**
 * The cross-entropy between class numbers and the softmax of logits, −ln softmax(x)[label] along the axis of the classes.
 *
 * Stable for logits of any size; Infinity where the label's logit is −Infinity. The gradient flows to the logits.
 *
 * @param logits A tensor of any dtype and a rank of at least 1; integers and bools are cast to float32.
 * @param labels An int32 or uint8 tensor of class numbers, of the logits' shape without the axis of the classes.
 * @param options `axis`, that of the classes (default: −1).
 * @returns A float tensor of the labels' shape.
 * @throws {@link ShapeError} for labels of another shape or an axis that the logits do not have, {@link DTypeError} for labels that are not integers.
 * @throws {@link IndexError} for labels out of range, where the backend checks indices; else the result is NaN there.
 * @throws {@link ArgumentError} for what is not a tensor, {@link BackendMismatchError} for tensors of different backends.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/sparse_softmax_cross_entropy_with_logits
 * @example
 * ```ts
 * const labels = tensor([2], { dtype: 'int32' })
 * sparseSoftmaxCrossEntropyWithLogits(tensor([[1, 2, 3]]), labels) // [0.4076]
 * ```
 */
export function sparseSoftmaxCrossEntropyWithLogits(
  logits: Tensor,
  labels: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  const axis = checkLabels(logits, labels, options)
  const kernel = logits.storage.backend.kernels.get(sparseSoftmaxCrossEntropyKernel)
  return tidy(() => {
    const x = isFloat(logits.dtype) ? logits : cast(logits, 'float32')
    if (kernel === undefined || x.size === 0) {
      const chosen = explainOutside(op, { labels }, [x.shape[axis]!], () =>
        takeAlongAxis(logSoftmax(x, { axis }), insertAxes(labels, [axis]), { axis }),
      )
      // Not neg: a loss of −0 would look odd.
      return sub(0, removeAxes(chosen, [axis]))
    }
    const rows = toRows(x, axis)
    const classes = reshape(toInt32(labels), [labels.size])
    const { loss, gradient } = runCrossEntropy(kernel, rows, classes)
    return fromRows(attachGradient(rows, classes, loss, gradient), x.shape, axis)
  })
}

function checkLabels(logits: Tensor, labels: Tensor, options: CrossEntropyOptions): number {
  checkInput(op, 'logits', logits)
  checkInput(op, 'labels', labels)
  checkSameBackend(op, logits, labels)
  if (labels.dtype !== 'int32' && labels.dtype !== 'uint8') {
    throw new DTypeError('the labels are not integers', {
      op,
      received: { logits, labels },
      expected: 'int32 or uint8',
      hint: "cast(labels, 'int32'), or for probabilities softmaxCrossEntropyWithLogits()",
    })
  }
  checkOptionNames(op, options, ['axis'])
  const axis = normalizeAxis(op, options.axis ?? -1, logits.shape.length)
  const samples = logits.shape.filter((_, i) => i !== axis)
  if (sameShape(labels.shape, samples)) return axis
  throw new ShapeError('the labels do not have the shape of the logits without their classes', {
    op,
    received: { logits, labels, axis },
    expected: `labels of shape [${samples.join(', ')}]`,
    ...(sameShape(labels.shape, logits.shape)
      ? { hint: 'one-hot targets need softmaxCrossEntropyWithLogits()' }
      : {}),
  })
}
