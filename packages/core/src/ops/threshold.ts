import { defineOpWith } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkActivation, checkFactor } from './activation-options.ts'
import { computeFloat } from './compute-float.ts'
import { lessEqual } from './less-equal.ts'
import { where } from './where.ts'

/** What {@link threshold} replaces, and by what. */
export interface ThresholdOptions {
  /** The greatest number that is replaced. Default: 0. */
  readonly threshold?: number
  /** What takes its place. Default: 0. */
  readonly defaultValue?: number
}

const replaceBelow: (x: Tensor, attributes: Required<ThresholdOptions>) => Tensor =
  /* @__PURE__ */ defineOpWith({
    name: 'threshold',
    inputs: ['x'],
    save: ['x'],
    forward: (x: Tensor, attributes: Required<ThresholdOptions>) =>
      computeFloat(x, (f) => where(lessEqual(f, attributes.threshold), attributes.defaultValue, f)),
    vjp: { x: (g, { x }, attributes) => where(lessEqual(x, attributes.threshold), 0, g) },
  })

/**
 * x where it is greater than a threshold, else a default value, element by element; NaN stays.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `threshold` (default: 0) and `defaultValue` (default: 0).
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor or an option not a finite number, {@link DisposedError} where x was disposed.
 * @see https://keras.io/api/layers/activations/#threshold-function
 * @example
 * ```ts
 * threshold(tensor([-1, 1, 3]), { threshold: 1, defaultValue: -9 }) // [-9, -9, 3]
 * ```
 */
export function threshold(x: Tensor, options: ThresholdOptions = {}): Tensor {
  checkActivation('threshold', x, options, ['threshold', 'defaultValue'])
  return replaceBelow(x, {
    threshold: checkFactor('threshold', 'threshold', options.threshold ?? 0),
    defaultValue: checkFactor('threshold', 'defaultValue', options.defaultValue ?? 0),
  })
}
