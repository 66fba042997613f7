import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { add } from './add.ts'
import { computeFloats } from './compute-float.ts'
import { equal } from './equal.ts'
import { exp } from './exp.ts'
import { log1p } from './log1p.ts'
import { maximum } from './maximum.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { sigmoid } from './sigmoid.ts'
import { sub } from './sub.ts'
import { where } from './where.ts'

/**
 * The logarithm of a sum of exponentials ln(eᵃ + eᵇ), element by element, which does not overflow.
 *
 * max(a, b) + log1p(exp(−|a − b|)).
 *
 * @param a A tensor or number of any dtype; integers and bools are cast to float32.
 * @param b The same; shapes broadcast.
 * @returns A float tensor of the broadcast shape.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link ArgumentError} where an argument is neither a tensor nor a number, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.logaddexp.html
 * @example
 * ```ts
 * logAddExp(tensor([0, 1000]), tensor([0, 1000])) // [0.6931, 1000.693]
 * ```
 */
export const logAddExp: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'logAddExp',
  inputs: ['a', 'b'],
  save: ['a', 'b'],
  forward: (a, b) =>
    computeFloats('logAddExp', a, b, (p, q) => {
      const rest = log1p(exp(neg(abs(distance(p, q)))))
      return add(maximum(p, q), rest)
    }),
  vjp: {
    a: (g, { a, b }) => mul(g, sigmoid(distance(a, b))),
    b: (g, { a, b }) => mul(g, sigmoid(distance(b, a))),
  },
})

/** a − b, which is 0 also between equal infinities. An op of its own: its slope is 1 where a and b are equal, too. */
const distance: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'logAddExp',
  inputs: ['a', 'b'],
  forward: (a, b) => computeFloats('logAddExp', a, b, (p, q) => where(equal(p, q), 0, sub(p, q))),
  vjp: { a: (g) => g, b: (g) => neg(g) },
})
