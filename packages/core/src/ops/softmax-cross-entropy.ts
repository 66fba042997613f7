import { defineOp } from '../autodiff/define-op.ts'
import { isRecording } from '../autodiff/recording.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { runContiguous } from '../dispatch/cast.ts'
import { fixedView } from '../dispatch/views.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import { alias, allocate, allocateLike, type Tensor } from '../tensor/tensor.ts'
import {
  type CrossEntropyOptions,
  checkTargets,
  fromRows,
  toCommonFloat,
  toRows,
} from './cross-entropy-inputs.ts'
import { equal } from './equal.ts'
import { logSoftmax } from './log-softmax.ts'
import { logicalAnd } from './logical-and.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { softmax } from './softmax.ts'
import { sub } from './sub.ts'
import { sum } from './sum.ts'
import { insertAxes } from './unit-axes.ts'
import { where } from './where.ts'

/**
 * The key of an optional kernel that computes a cross-entropy and its gradient at once:
 * `loss[r] = −Σ targets[r, c] · ln p[r, c]` and `gradient[r, c] = p[r, c] · Σ targets[r, …] − targets[r, c]`, where
 * `p` is the softmax of the logits along c.
 *
 * `logits`, `targets` and `gradient` have the shape [rows, classes], `loss` has [rows], all of one dtype, float32 or
 * float64 (whichever the backend has). All are contiguous and not empty; `loss` and `gradient` are whole, the offsets of
 * the others may be greater than 0. Targets need not add up to 1. A term whose target is 0 counts 0, also where ln p is
 * −Infinity; ln p is to be computed as `(x − max) − ln Σ exp(x − max)`. A row of logits with NaN or Infinity, or of
 * −Infinity alone, gives NaN for its loss and its gradient.
 */
export const softmaxCrossEntropyKernel: KernelKey<
  (logits: View, targets: View, loss: View, gradient: View) => void
> = /* @__PURE__ */ kernelKey('softmaxCrossEntropy', 2, 3)

/** Gives the loss of each row, which a kernel has computed together with the gradient, its place on the tape. */
const attachGradient: (logits: Tensor, targets: Tensor, loss: Tensor, gradient: Tensor) => Tensor =
  /* @__PURE__ */ defineOp({
    name: 'softmaxCrossEntropyWithLogits',
    inputs: ['logits', 'targets', 'loss', 'gradient'],
    save: ['logits', 'targets', 'gradient'],
    forward: (_logits, _targets, loss) => alias(loss, loss.shape, loss.strides, loss.offset),
    vjp: {
      logits: (g, { logits, targets, gradient }) =>
        // The kernel's gradient is a number for the tape: what is differentiated again is computed again.
        mul(insertAxes(g, [1]), isRecording(logits, targets) ? slope(logits, targets) : gradient),
      targets: (g, { logits }) => neg(mul(insertAxes(g, [1]), logSoftmax(logits))),
      loss: null,
      gradient: null,
    },
  })

function slope(logits: Tensor, targets: Tensor): Tensor {
  return sub(mul(softmax(logits), sum(targets, { axis: 1, keepDims: true })), targets)
}

/**
 * The cross-entropy between target probabilities and the softmax of logits, −Σ t · ln softmax(x) along the axis of the
 * classes.
 *
 * Stable for logits of any size; a target of 0 at a logit of −Infinity counts 0. Gradients flow to both arguments.
 * Targets need not add up to 1.
 *
 * @param logits A tensor of any dtype and a rank of at least 1; integers and bools are cast to float32.
 * @param targets The probability of each class, of the same shape, cast to the common float dtype.
 * @param options `axis`, that of the classes (default: −1).
 * @returns A float tensor with one value for each sample: the shape without the axis.
 * @throws {@link ShapeError} for different shapes or an axis that the logits do not have.
 * @throws {@link ArgumentError} for what is not a tensor, {@link BackendMismatchError} for tensors of different backends.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/softmax_cross_entropy_with_logits
 * @example
 * ```ts
 * softmaxCrossEntropyWithLogits(tensor([[1, 2, 3]]), tensor([[0, 0, 1]])) // [0.4076]
 * ```
 */
export function softmaxCrossEntropyWithLogits(
  logits: Tensor,
  targets: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  const op = 'softmaxCrossEntropyWithLogits'
  checkTargets(op, logits, targets)
  checkOptionNames(op, options, ['axis'])
  const axis = normalizeAxis(op, options.axis ?? -1, logits.shape.length)
  const kernel = logits.storage.backend.kernels.get(softmaxCrossEntropyKernel)
  return tidy(() => {
    const [x, t] = toCommonFloat(logits, targets)
    if (kernel === undefined || x.size === 0) return compose(x, t, axis)
    const [rows, targetRows] = [toRows(x, axis), toRows(t, axis)]
    const { loss, gradient } = runCrossEntropy(kernel, rows, targetRows)
    return fromRows(attachGradient(rows, targetRows, loss, gradient), x.shape, axis)
  })
}

function compose(logits: Tensor, targets: Tensor, axis: number): Tensor {
  const logs = logSoftmax(logits, { axis })
  // 0 · −Infinity would be NaN.
  const isAbsent = logicalAnd(equal(targets, 0), equal(logs, -Infinity))
  // Not neg: a loss of −0 would look odd.
  return sub(0, sum(mul(targets, where(isAbsent, 0, logs)), { axis }))
}

/** Runs a kernel that gives the loss of each row and its gradient at once. To be called in a `tidy`. */
export function runCrossEntropy(
  kernel: (logits: View, labels: View, loss: View, gradient: View) => void,
  logits: Tensor,
  labels: Tensor,
): { readonly loss: Tensor; readonly gradient: Tensor } {
  const loss = allocate(logits.storage.backend, logits.dtype, [logits.shape[0]!])
  const gradient = allocateLike(logits, logits.dtype)
  kernel(fixedView(runContiguous(logits)), fixedView(runContiguous(labels)), loss, gradient)
  return { loss, gradient }
}
