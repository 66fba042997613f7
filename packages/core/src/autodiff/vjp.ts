import { DisposedError, ShapeError } from '../errors/index.ts'
import { closeScope, openScope } from '../memory/scope.ts'
import { sameShape } from '../tensor/shape.ts'
import { cloneHandle, type Tensor } from '../tensor/tensor.ts'
import { backward } from './backward.ts'
import {
  checkFloat,
  checkFunction,
  checkValue,
  type Gradients,
  inStructure,
  ownGradients,
  watchArguments,
} from './grad.ts'
import { checkInput, checkSameBackend } from './inputs.ts'
import type { Node } from './node.ts'
import { endWhenCollected, Recording } from './recording.ts'
import type { Structure } from './structure.ts'

/** A function's value, and its gradients for any gradient of the value. */
export interface VectorJacobianProduct<A extends readonly Structure[]> {
  readonly value: Tensor
  /** The gradients of `sum(g · value)` with respect to the arguments. Can be called once, and frees the tape. */
  readonly pullback: (g: Tensor) => Gradients<A>
  /** Frees the tape where `pullback` is not called. */
  readonly dispose: () => void
}

/**
 * Computes a function of any shape, and prepares the product of a vector with its Jacobian.
 *
 * The tape stays open until `pullback` is called or the result is disposed.
 *
 * @param f A synchronous function that returns a float tensor.
 * @throws {@link DTypeError} when the value or an argument is not a float, {@link DisposedError} for a second call of `pullback`.
 * @example
 * ```ts
 * const { value, pullback } = vjp((x: Tensor) => square(x), tensor([1, 2, 3]))
 * pullback(ones([3])) // [2, 4, 6]
 * ```
 */
export function vjp<const A extends readonly Structure[]>(
  f: (...args: A) => Tensor,
  ...args: A
): VectorJacobianProduct<A> {
  checkFunction('vjp', f)
  const recording = new Recording()
  const outer = openScope()
  let kept: Tensor[] = []
  try {
    const { inputs, leaves, watched } = watchArguments('vjp', recording, args)
    const y: unknown = f(...watched)
    checkValue('vjp', y)
    recording.pause()
    const value = cloneHandle(y)
    kept = [value]
    return { value, ...makePullback(recording, y, args, inputs, leaves) }
  } catch (error) {
    recording.close()
    throw error
  } finally {
    closeScope(outer, kept)
  }
}

function makePullback<const A extends readonly Structure[]>(
  recording: Recording,
  y: Tensor,
  args: A,
  inputs: readonly Tensor[],
  leaves: readonly Node[],
): Pick<VectorJacobianProduct<A>, 'pullback' | 'dispose'> {
  // The tape's own reference: the user may dispose the value before the pullback.
  y.refs++
  let done = false
  const dispose = (): void => {
    if (done) return
    done = true
    y.unref()
    recording.close()
  }
  const pullback = (g: Tensor): Gradients<A> => {
    if (done) {
      throw new DisposedError('the tape was already used for a gradient and freed', {
        op: 'pullback',
        hint: 'call vjp again for another pullback',
      })
    }
    checkCotangent(g, y)
    const scope = openScope()
    let flat: Tensor[] = []
    try {
      flat = ownGradients(backward(recording, [{ y, seed: g }], leaves, false), inputs)
      return inStructure(args, flat) as Gradients<A>
    } finally {
      closeScope(scope, flat)
      dispose()
    }
  }
  endWhenCollected(pullback, dispose)
  return { pullback, dispose }
}

function checkCotangent(g: Tensor, y: Tensor): void {
  checkInput('pullback', 'g', g)
  checkFloat('pullback', 'g', g)
  checkSameBackend('pullback', g, y)
  if (sameShape(g.shape, y.shape)) return
  throw new ShapeError("the gradient has another shape than the function's value", {
    op: 'pullback',
    received: { g, value: y },
  })
}
