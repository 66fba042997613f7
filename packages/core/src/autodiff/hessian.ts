import type { Tensor } from '../tensor/tensor.ts'
import { checkFunction, type Gradients, gradients, inStructure } from './grad.ts'
import { type JacobianOf, jacobianOf } from './jacobian.ts'
import type { Structure } from './structure.ts'

/** For each tensor among the arguments, in its place, its gradient's derivatives with respect to all arguments. */
export type Hessian<A extends readonly Structure[]> = JacobianOf<Gradients<A>, A>

/** The function that {@link hessian} makes: of the same arguments, or of variables that the function reads itself. */
export type HessianFunction<A extends readonly Structure[]> = A extends readonly []
  ? <const V extends Structure>(variables: V) => Hessian<readonly [V]>
  : (...args: A) => Hessian<A>

/**
 * Makes the function that computes all second derivatives of a scalar function, H[i…, j…] = ∂²f/∂xᵢ∂xⱼ.
 *
 * For one tensor x the result has the shape [...x.shape, ...x.shape] and the dtype of x. For structures, and for
 * several arguments, each tensor's place holds the structure of all: `hessian(f)({ w, b }).w.b` is ∂²f/∂w∂b, of shape
 * [...w.shape, ...b.shape]. It takes one backward pass for each element of the arguments; {@link hvp} computes a product
 * with a vector in one.
 *
 * @param f A synchronous function that returns one float tensor with one element.
 * @throws {@link ShapeError} when the value has more than one element, {@link DTypeError} when it or an argument is not a float.
 * @see https://docs.jax.dev/en/latest/_autosummary/jax.hessian.html
 * @example
 * ```ts
 * hessian((x: Tensor) => sum(mul(x, square(x))))(tensor([1, 2])) // [[6, 0], [0, 12]]
 * ```
 */
export function hessian<const A extends readonly Structure[]>(f: (...args: A) => Tensor): HessianFunction<A> {
  checkFunction('hessian', f)
  const run = (...args: A): unknown => {
    const slope = (...watched: readonly Structure[]): unknown =>
      inStructure(watched, gradients('hessian', f as never, watched))
    return jacobianOf('hessian', slope as never, args, 'reverse')
  }
  return run as never
}
