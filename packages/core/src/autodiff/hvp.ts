import { closeScope, openScope } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { backward } from './backward.ts'
import { checkFunction, gradients, ownGradients, watchArguments } from './grad.ts'
import { Recording } from './recording.ts'
import {
  argumentsOf,
  fillStructure,
  type GradientOf,
  type OnlyArgument,
  type Structure,
  type TangentOf,
} from './structure.ts'
import { flattenTangents } from './tangents.ts'

/**
 * Computes the product H(x) · v of a scalar function's second derivatives with a vector, ∇⟨∇f(x), v⟩.
 *
 * It costs a few gradients, however many elements x has, and never holds the Hessian.
 *
 * @param f A synchronous function that returns one float tensor with one element. Without parameters it reads variables itself.
 * @param x The list of its arguments, or, where it has one that is not a list, this argument itself.
 * @param v The vector: a tensor for each tensor of `x`, in the same places, of its shape and dtype.
 * @returns The product, in the structure of `x`.
 * @throws {@link ShapeError} or {@link DTypeError} for a value with more than one element, for vectors of another shape or dtype, and for what is no float; {@link ArgumentError} for vectors in other places.
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.vhp.html
 * @example
 * ```ts
 * hvp((x: Tensor) => sum(mul(x, square(x))), tensor([1, 2]), tensor([1, 10])) // [6, 120]
 * ```
 */
export function hvp<const X extends Structure>(f: () => Tensor, x: X, v: TangentOf<X>): GradientOf<X>
export function hvp<const A extends readonly Structure[]>(
  f: (...args: A) => Tensor,
  x: A,
  v: TangentOf<A>,
): GradientOf<A>
export function hvp<X extends OnlyArgument>(f: (x: X) => Tensor, x: X, v: TangentOf<X>): GradientOf<X>
export function hvp(f: (...args: never) => unknown, x: Structure, v: unknown): unknown {
  checkFunction('hvp', f, 'hvp((x) => …, x, v)')
  const vectors = flattenTangents('hvp', x, v, 'v')
  const outer = openScope()
  let flat: Tensor[] = []
  try {
    flat = product(f, argumentsOf(x), vectors)
    return fillStructure(x, flat)
  } finally {
    closeScope(outer, flat)
  }
}

function product(
  f: (...args: never) => unknown,
  args: readonly Structure[],
  vectors: readonly Tensor[],
): Tensor[] {
  const recording = new Recording()
  try {
    const { inputs, leaves, watched } = watchArguments('hvp', recording, args)
    const slopes = gradients('hvp', f, watched)
    recording.pause()
    const pairs = slopes.map((y, i) => ({ y, seed: vectors[i]! }))
    return ownGradients(backward(recording, pairs, leaves, false), inputs)
  } finally {
    recording.close()
  }
}
