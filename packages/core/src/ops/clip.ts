import { defineOpWith } from '../autodiff/define-op.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import { ArgumentError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { lessEqual } from './less-equal.ts'
import { logicalAnd } from './logical-and.ts'
import { where } from './where.ts'

interface Bounds {
  readonly min: number
  readonly max: number
}

const clipTo: (x: Tensor, bounds: Bounds) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'clip',
  inputs: ['x'],
  save: ['x'],
  forward: (x: Tensor, { min, max }: Bounds) =>
    tidy(() => runArithmetic('minimum', runArithmetic('maximum', x, min, 'number'), max, 'number')),
  vjp: {
    x: (g, { x }, { min, max }) => where(logicalAnd(lessEqual(min, x), lessEqual(x, max)), g, 0),
  },
})

/**
 * The elements limited to a range, min(max(x, min), max); NaN stays.
 *
 * The gradient is 1 from `min` to `max`, both included, and 0 outside.
 *
 * @param x A tensor of any dtype; bool counts as int32.
 * @param min The least result; −Infinity for no limit.
 * @param max The greatest result, at least `min`; Infinity for no limit.
 * @returns A tensor of the same shape and dtype; a fraction as a limit makes integers float32.
 * @throws {@link ArgumentError} where a limit is not a number or `min` is greater than `max`.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.clip.html
 * @example
 * ```ts
 * clip(tensor([-2, 0.5, 3]), 0, 1) // [0, 0.5, 1]
 * ```
 */
export function clip(x: Tensor, min: number, max: number): Tensor {
  if (typeof min !== 'number' || typeof max !== 'number' || !(min <= max)) {
    throw new ArgumentError('the limits are no range', {
      op: 'clip',
      received: { min, max },
      expected: 'two numbers, min at most max',
    })
  }
  return clipTo(x, { min, max })
}
