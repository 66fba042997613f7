import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { stopGradient } from '../autodiff/stop-gradient.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { add } from './add.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { maximum } from './maximum.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { square } from './square.ts'
import { where } from './where.ts'

/**
 * The angle of the point (b, a) from the positive first axis, element by element, in radians from −π to π.
 *
 * The gradient is (b, −a) / (a² + b²), and 0 at the origin.
 *
 * @param a A tensor or number of any dtype: the second coordinate.
 * @param b The same: the first coordinate; shapes broadcast.
 * @returns A float tensor of the broadcast shape; integers give float32. The signs of zeros choose the side.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link DTypeError} for a number outside the range of an integer tensor.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arctan2.html
 * @example
 * ```ts
 * atan2(tensor([1, 0]), tensor([1, -1])) // [0.785, 3.142]
 * ```
 */
export const atan2: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'atan2',
  inputs: ['a', 'b'],
  save: ['a', 'b'],
  forward: (a, b) => runArithmetic('atan2', a, b, 'float'),
  vjp: { a: (g, { a, b }) => mul(g, slope(b, a)), b: (g, { a, b }) => neg(mul(g, slope(a, b))) },
})

/** p / (p² + q²), scaled so that squares neither overflow nor vanish. */
function slope(p: Input, q: Input): Tensor {
  const longer = stopGradient(maximum(magnitude(p), magnitude(q)))
  const scale = where(equal(longer, 0), 1, longer)
  const [x, y] = [div(p, scale), div(q, scale)]
  const norm = add(square(x), square(y))
  return div(div(x, where(equal(norm, 0), 1, norm)), scale)
}

function magnitude(x: Input): Input {
  return typeof x === 'number' ? Math.abs(x) : abs(x)
}
