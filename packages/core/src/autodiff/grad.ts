import { fillWhole } from '../dispatch/fill.ts'
import { computed } from '../dispatch/prepare.ts'
import { ArgumentError, DTypeError, ShapeError } from '../errors/index.ts'
import { closeScope, openScope, rejectPromise } from '../memory/scope.ts'
import { isFloat } from '../tensor/dtype.ts'
import { allocateLike, cloneHandle, Tensor } from '../tensor/tensor.ts'
import { Variable } from '../tensor/variable.ts'
import { backward } from './backward.ts'
import type { Node } from './node.ts'
import { Recording } from './recording.ts'
import { flattenStructure, type GradientOf, mapStructure, type Structure } from './structure.ts'

/** One argument's gradient, or for several arguments a list with one for each. */
export type Gradients<A extends readonly Structure[]> = A extends readonly [infer Only]
  ? GradientOf<Only>
  : { -readonly [K in keyof A]: GradientOf<A[K]> }

/** A function's value and its gradients. */
export interface ValueAndGradients<A extends readonly Structure[]> {
  readonly value: Tensor
  readonly grads: Gradients<A>
}

/**
 * The function that {@link valueAndGrad} makes: of the same arguments, or, where the function takes none and reads
 * its variables itself, of these variables in any structure.
 */
export type ValueAndGradFunction<A extends readonly Structure[]> = A extends readonly []
  ? <const V extends Structure>(variables: V) => ValueAndGradients<readonly [V]>
  : (...args: A) => ValueAndGradients<A>

/** The function that {@link grad} makes. */
export type GradFunction<A extends readonly Structure[]> = A extends readonly []
  ? <const V extends Structure>(variables: V) => GradientOf<V>
  : (...args: A) => Gradients<A>

/**
 * Makes the function that computes a scalar function's value and its gradient with respect to its arguments.
 *
 * Arguments are tensors, {@link Variable}s, or arrays and plain objects of them; the gradients have the same
 * structure. With one argument `grads` is its gradient, with several it is a list. Everything that the function
 * makes is disposed, except the value and the gradients. An argument that the value does not depend on gets zeros.
 *
 * @param f A synchronous function that returns one float tensor with one element.
 * @throws {@link ShapeError} when the value has more than one element, {@link DTypeError} when it or an argument is not a float.
 * @example
 * ```ts
 * const { value, grads } = valueAndGrad((w: Tensor) => sum(square(w)))(tensor([1, 2, 3]))
 * // With variables, which the function reads itself:
 * const step = valueAndGrad(() => loss(model.apply(x)))(model.trainableVariables)
 * ```
 */
export function valueAndGrad<const A extends readonly Structure[]>(
  f: (...args: A) => Tensor,
): ValueAndGradFunction<A> {
  checkFunction('valueAndGrad', f)
  const run = (...args: A): ValueAndGradients<A> => {
    const outer = openScope()
    let kept: Tensor[] = []
    try {
      const result = differentiate('valueAndGrad', f, args)
      kept = [result.value, ...result.flat]
      return { value: result.value, grads: result.grads as Gradients<A> }
    } finally {
      closeScope(outer, kept)
    }
  }
  return run as never
}

/**
 * Makes the function that computes the gradient of a scalar function with respect to its arguments.
 *
 * @see {@link valueAndGrad} for what arguments and gradients look like.
 * @example
 * ```ts
 * const cube = (x: Tensor) => mul(x, square(x))
 * grad(cube)(scalar(2)) // 12
 * grad(grad(cube))(scalar(2)) // 12: the second derivative, 6x
 * ```
 */
export function grad<const A extends readonly Structure[]>(f: (...args: A) => Tensor): GradFunction<A> {
  checkFunction('grad', f)
  const run = (...args: A): Gradients<A> => {
    const outer = openScope()
    let kept: Tensor[] = []
    try {
      const result = differentiate('grad', f, args)
      kept = result.flat
      return result.grads as Gradients<A>
    } finally {
      closeScope(outer, kept)
    }
  }
  return run as never
}

interface Differentiated {
  readonly value: Tensor
  /** In the structure of the arguments, which the callers know. */
  readonly grads: unknown
  readonly flat: Tensor[]
}

function differentiate<A extends readonly Structure[]>(
  op: string,
  f: (...args: A) => Tensor,
  args: A,
): Differentiated {
  const recording = new Recording()
  try {
    const { inputs, leaves, watched } = watchArguments(op, recording, args)
    const value = f(...watched)
    checkValue(op, value)
    checkSingle(op, value)
    recording.pause()
    const seed = filledLike(value, 1)
    const flat = ownGradients(backward(recording, [{ y: value, seed }], leaves, false), inputs)
    let next = 0
    const structures = mapStructure(args, () => flat[next++]!) as unknown[]
    // A function that returns its argument must not hand out the handle that is about to close with the recording.
    return {
      value: cloneHandle(value),
      grads: (args.length === 1 ? structures[0] : structures) as Gradients<A>,
      flat,
    }
  } finally {
    recording.close()
  }
}

/** Arguments as the function gets them: variables themselves, of tensors new handles that the recording watches. */
export function watchArguments<A extends readonly unknown[]>(
  op: string,
  recording: Recording,
  args: A,
): { inputs: Tensor[]; leaves: Node[]; watched: A } {
  const inputs: Tensor[] = []
  args.forEach((arg, i) => {
    if (arg instanceof Tensor && !arg.disposed) inputs.push(arg)
    else inputs.push(...flattenStructure(op, arg, args.length === 1 ? 'the argument' : `argument ${i}`))
  })
  if (inputs.length === 0) {
    throw new ArgumentError('there is nothing to differentiate with respect to', {
      op,
      hint: 'pass tensors or variables as arguments: valueAndGrad(f)(model.trainableVariables)',
    })
  }
  for (const input of inputs) checkFloat(op, 'an argument', input)
  const leaves: Node[] = []
  const watched = args.map((arg) =>
    mapStructure(arg, (input) => {
      const handle = input instanceof Variable ? input : cloneHandle(input)
      leaves.push(recording.watch(handle))
      return handle
    }),
  )
  return { inputs, leaves, watched: watched as unknown as A }
}

/** The caller's handles on gradients that the tape handed over; zeros where there are none. */
export function ownGradients(gradients: readonly (Tensor | null)[], likes: readonly Tensor[]): Tensor[] {
  const own: Tensor[] = []
  try {
    gradients.forEach((gradient, i) => {
      own.push(gradient === null ? filledLike(likes[i]!, 0) : cloneHandle(gradient))
      gradient?.unref()
    })
  } catch (error) {
    for (const gradient of gradients.slice(own.length)) gradient?.unref()
    throw error
  }
  return own
}

/** Not `zerosLike`: the function may have disposed its argument. */
function filledLike(like: Tensor, value: number): Tensor {
  return computed(allocateLike(like, like.dtype), (out) => fillWhole(out, value))
}

export function checkFunction(op: string, f: unknown): void {
  if (typeof f === 'function') return
  throw new ArgumentError('the argument is not a function', {
    op,
    received: { f },
    hint: `${op}(f) returns a function: ${op}((x) => …)(x)`,
  })
}

/** Checks that a function returned a usable float tensor. */
export function checkValue(op: string, value: unknown): asserts value is Tensor {
  rejectPromise(op, value)
  if (!(value instanceof Tensor)) {
    throw new ArgumentError('the function did not return a tensor', { op, received: { value } })
  }
  value.assertUsable(op, "the function's value")
  checkFloat(op, "the function's value", value)
}

function checkSingle(op: string, value: Tensor): void {
  if (value.size === 1) return
  throw new ShapeError('the function returned more than one number', {
    op,
    received: { value },
    expected: 'a tensor with one element',
    hint: 'reduce it with sum() or mean(), or use vjp() for functions with larger values',
  })
}

export function checkFloat(op: string, name: string, x: Tensor): void {
  if (isFloat(x.dtype)) return
  throw new DTypeError(`${name} is not a float`, {
    op,
    received: { [name]: x },
    expected: 'float32 or float64',
    hint: 'gradients flow through floats only; use integers from the function around it',
  })
}
