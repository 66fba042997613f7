import { closeScope, openScope } from '../memory/scope.ts'
import { cloneHandle, type Tensor } from '../tensor/tensor.ts'
import { checkFunction } from './grad.ts'
import { linearize } from './linearize.ts'
import {
  argumentsOf,
  fillStructure,
  type GradientOf,
  type OnlyArgument,
  type Structure,
  type TangentOf,
} from './structure.ts'
import { flattenTangents } from './tangents.ts'

/** A function's value and the tangent of the value, both in its structure. */
export type ValueAndTangent<Y extends Structure> = readonly [value: GradientOf<Y>, tangent: GradientOf<Y>]

/**
 * Computes a function and its derivative in one direction, the product J(x) · v of its Jacobian with a vector.
 *
 * Arguments are tensors, variables, or arrays and plain objects of them; so may be the value. It costs a few times
 * as much as the function, for any number of arguments and values; memory grows with the number of operations.
 *
 * @param f A synchronous function of float tensors that returns float tensors. Without parameters it reads variables itself.
 * @param primals The list of its arguments, or, where it has one that is not a list, this argument itself.
 * @param tangents The direction: a tensor for each tensor of `primals`, in the same places, of its shape and dtype.
 * @returns The value and its tangent.
 * @throws {@link ShapeError} or {@link DTypeError} for a tangent of another shape or dtype, or what is no float; {@link ArgumentError} for tangents in other places.
 * @see https://docs.jax.dev/en/latest/_autosummary/jax.jvp.html
 * @example
 * ```ts
 * const [value, tangent] = jvp((x: Tensor) => square(x), tensor([1, 2, 3]), tensor([1, 0, 10]))
 * value // [1, 4, 9]
 * tangent // [2, 0, 60]
 * ```
 */
export function jvp<const P extends Structure, Y extends Structure>(
  f: () => Y,
  primals: P,
  tangents: TangentOf<P>,
): ValueAndTangent<Y>
export function jvp<const A extends readonly Structure[], Y extends Structure>(
  f: (...args: A) => Y,
  primals: A,
  tangents: TangentOf<A>,
): ValueAndTangent<Y>
export function jvp<X extends OnlyArgument, Y extends Structure>(
  f: (x: X) => Y,
  primal: X,
  tangent: TangentOf<X>,
): ValueAndTangent<Y>
export function jvp(
  f: (...args: never) => unknown,
  primals: Structure,
  tangents: unknown,
): readonly [unknown, unknown] {
  checkFunction('jvp', f, 'jvp((x) => …, x, v)')
  const vectors = flattenTangents('jvp', primals, tangents, 'tangents')
  const outer = openScope()
  let kept: Tensor[] = []
  try {
    return linearize('jvp', f, argumentsOf(primals), ({ value, outputs, push }) => {
      const derivatives = push(vectors, false)
      const values = outputs.map(cloneHandle)
      kept = [...values, ...derivatives]
      return [fillStructure(value, values), fillStructure(value, derivatives)]
    })
  } finally {
    closeScope(outer, kept)
  }
}
