import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { closeScope, openScope, rejectPromise } from '../memory/scope.ts'
import { sameShape } from '../tensor/shape.ts'
import { cloneHandle, Tensor } from '../tensor/tensor.ts'
import { backward } from './backward.ts'
import { checkFloat, checkFunction, type Gradients, ownGradient, watchArguments } from './grad.ts'
import { checkInput } from './inputs.ts'
import { Recording } from './recording.ts'
import { mapStructure, type Structure } from './structure.ts'

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
  let done = false
  const dispose = (): void => {
    if (done) return
    done = true
    y.unref()
    recording.close()
  }
  let y: Tensor
  try {
    const { inputs, leaves, watched } = watchArguments('vjp', recording, args)
    const result: unknown = f(...watched)
    rejectPromise('vjp', result)
    if (!(result instanceof Tensor)) {
      throw new ArgumentError('the function did not return a tensor', {
        op: 'vjp',
        received: { value: result },
      })
    }
    checkFloat('vjp', "the function's value", result)
    recording.pause()
    y = result
    // The tape's own reference: the user may dispose the value before the pullback.
    y.refs++
    const value = cloneHandle(y)
    kept = [value]
    const pullback = (g: Tensor): Gradients<A> => {
      checkInput('pullback', 'g', g)
      if (done) {
        throw new DisposedError('the tape was already used for a gradient and freed', {
          op: 'pullback',
          hint: 'call vjp again for another pullback',
        })
      }
      if (!sameShape(g.shape, y.shape)) {
        throw new ShapeError("the gradient has another shape than the function's value", {
          op: 'pullback',
          received: { g, value: y },
        })
      }
      const scope = openScope()
      let flat: Tensor[] = []
      try {
        flat = backward(recording, [{ y, seed: g }], leaves, false).map((gradient, i) =>
          ownGradient(gradient, inputs[i]!),
        )
        let next = 0
        const structures = mapStructure(args, () => flat[next++]!) as unknown[]
        return (args.length === 1 ? structures[0] : structures) as Gradients<A>
      } finally {
        closeScope(scope, flat)
        dispose()
      }
    }
    return { value, pullback, dispose }
  } catch (error) {
    recording.close()
    throw error
  } finally {
    closeScope(outer, kept)
  }
}
