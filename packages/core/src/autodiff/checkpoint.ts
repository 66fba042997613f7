import { closeScope, openScope } from '../memory/scope.ts'
import { cloneHandle, type Tensor } from '../tensor/tensor.ts'
import { Variable } from '../tensor/variable.ts'
import { CheckpointedCall } from './checkpointed-call.ts'
import { checkFunction } from './grad.ts'
import { active } from './recording.ts'
import { flattenStructure, flattenValue, mapStructure, type Structure } from './structure.ts'

/**
 * Makes a function that saves its arguments only, and computes the rest again when gradients flow through it.
 *
 * It trades time for memory: of a chain of layers only the values between them are kept, and one layer's inside at a
 * time. It may be nested, and differentiated to any order. Everything that `f` makes is disposed, except what it
 * returns.
 *
 * Gradients also flow to the variables and tensors that `f` reads from around it. Variables have the values of the first
 * time when it runs again, random numbers repeat, and what it assigns to variables is assigned once. A tensor from
 * around it must not be disposed before the backward pass; pass it as an argument instead. A call in which `f` makes
 * variables, as layers do in their first, saves everything.
 *
 * @param f A synchronous function of tensors, variables, or arrays and plain objects of them, that returns such. It must do the same each time.
 * @returns A function of the same arguments that returns the same.
 * @throws {@link ArgumentError} where an argument or the value is no such structure, or, in the backward pass, where `f` does something else when it runs again; {@link DisposedError} where it reads what was disposed meanwhile.
 * @see https://docs.jax.dev/en/latest/_autosummary/jax.checkpoint.html
 * @example
 * ```ts
 * const layer = checkpoint((x: Tensor) => tanh(mul(exp(x), x)))
 * grad((x: Tensor) => layer(layer(x)))(scalar(0)) // 1
 * ```
 */
export function checkpoint<const A extends readonly Structure[], Y extends Structure>(
  f: (...args: A) => Y,
): (...args: A) => Y {
  checkFunction('checkpoint', f, 'checkpoint((x) => …)(x)')
  return (...args) => {
    args.forEach((arg, i) => {
      flattenStructure('checkpoint', arg, args.length === 1 ? 'the argument' : `argument ${i}`)
    })
    const outer = openScope()
    let kept: readonly Tensor[] = []
    try {
      const value = active === 0 ? f(...withOwnHandles(args)) : new CheckpointedCall(f, args).run()
      kept = flattenValue('checkpoint', value)
      return value as Y
    } finally {
      closeScope(outer, kept)
    }
  }
}

/** As {@link CheckpointedCall} passes arguments: the function may dispose what it gets. */
function withOwnHandles<A extends readonly Structure[]>(args: A): A {
  return mapStructure(args, (x) => (x instanceof Variable ? x : cloneHandle(x))) as A
}
