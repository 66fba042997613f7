import { defineOp } from '../autodiff/define-op.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { add } from './add.ts'
import { checkTargets, toCommonFloat } from './cross-entropy-inputs.ts'
import { equal } from './equal.ts'
import { exp } from './exp.ts'
import { less } from './less.ts'
import { log1p } from './log1p.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { sigmoid } from './sigmoid.ts'
import { sub } from './sub.ts'
import { where } from './where.ts'

const crossEntropy: (logits: Tensor, targets: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'sigmoidCrossEntropyWithLogits',
  inputs: ['logits', 'targets'],
  save: ['logits', 'targets'],
  forward: (logits, targets) =>
    tidy(() => {
      const magnitude = abs(logits)
      // How far the target is from the side that the logit is on.
      const miss = where(less(logits, 0), targets, sub(1, targets))
      // Infinity · 0 would be NaN.
      const linear = where(equal(miss, 0), 0, mul(magnitude, miss))
      return add(linear, log1p(exp(neg(magnitude))))
    }),
  vjp: {
    logits: (g, { logits, targets }) => mul(g, sub(sigmoid(logits), targets)),
    targets: (g, { logits }) => neg(mul(g, logits)),
  },
})

/**
 * The cross-entropy between target probabilities and the sigmoid of logits, −t · ln σ(x) − (1 − t) · ln(1 − σ(x)),
 * element by element.
 *
 * Stable for logits of any size, infinite ones included. Gradients flow to both arguments.
 *
 * @param logits A tensor of any dtype; integers and bools are cast to float32.
 * @param targets Probabilities from 0 to 1, of the same shape, cast to the common float dtype.
 * @returns A float tensor of the same shape.
 * @throws {@link ShapeError} for different shapes.
 * @throws {@link ArgumentError} for what is not a tensor, {@link BackendMismatchError} for tensors of different backends.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/sigmoid_cross_entropy_with_logits
 * @example
 * ```ts
 * sigmoidCrossEntropyWithLogits(tensor([-2, 3]), tensor([0, 1])) // [0.1269, 0.0486]
 * ```
 */
export function sigmoidCrossEntropyWithLogits(logits: Tensor, targets: Tensor): Tensor {
  checkTargets('sigmoidCrossEntropyWithLogits', logits, targets)
  return tidy(() => crossEntropy(...toCommonFloat(logits, targets)))
}
