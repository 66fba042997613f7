import { fillWhole } from '../dispatch/fill.ts'
import { computed } from '../dispatch/prepare.ts'
import { checkFlag } from '../errors/flag.ts'
import { ArgumentError, DTypeError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import {
  closeScope,
  collectTensors,
  currentDepth,
  leaveScope,
  openScope,
  rejectPromise,
} from '../memory/scope.ts'
import { isFloat } from '../tensor/dtype.ts'
import { allocateLike, cloneHandle, Tensor, takeHandle } from '../tensor/tensor.ts'
import { Variable } from '../tensor/variable.ts'
import { backward } from './backward.ts'
import type { Node } from './node.ts'
import { Recording, watchedValue } from './recording.ts'
import {
  fillStructure,
  flattenStructure,
  type GradientOf,
  mapStructure,
  type Structure,
} from './structure.ts'

/** One argument's gradient, or for several arguments a list with one for each. */
export type Gradients<A extends readonly Structure[]> = A extends readonly [infer Only]
  ? GradientOf<Only>
  : { -readonly [K in keyof A]: GradientOf<A[K]> }

/** A function's value and its gradients. */
export interface ValueAndGradients<A extends readonly Structure[]> {
  readonly value: Tensor
  readonly grads: Gradients<A>
}

/** A function's value, its gradients, and what else it returned. */
export interface ValueGradientsAndAux<A extends readonly Structure[], Aux> extends ValueAndGradients<A> {
  readonly aux: Aux
}

/**
 * The function that {@link valueAndGrad} makes: of the same arguments, or, where the function takes none and reads
 * its variables itself, of these variables in any structure.
 */
export type ValueAndGradFunction<A extends readonly Structure[]> = A extends readonly []
  ? <const V extends Structure>(variables: V) => ValueAndGradients<readonly [V]>
  : (...args: A) => ValueAndGradients<A>

/** The same with `hasAux`. */
export type ValueAndGradAuxFunction<A extends readonly Structure[], Aux> = A extends readonly []
  ? <const V extends Structure>(variables: V) => ValueGradientsAndAux<readonly [V], Aux>
  : (...args: A) => ValueGradientsAndAux<A, Aux>

/** The function that {@link grad} makes. */
export type GradFunction<A extends readonly Structure[]> = A extends readonly []
  ? <const V extends Structure>(variables: V) => GradientOf<V>
  : (...args: A) => Gradients<A>

/** The same with `hasAux`. */
export type GradAuxFunction<A extends readonly Structure[], Aux> = A extends readonly []
  ? <const V extends Structure>(variables: V) => [grads: GradientOf<V>, aux: Aux]
  : (...args: A) => [grads: Gradients<A>, aux: Aux]

export interface GradOptions<HasAux extends boolean = boolean> {
  /**
   * Whether the function returns a pair: the value to differentiate, and anything else that comes out besides, such as
   * predictions or statistics. Default: false.
   */
  readonly hasAux?: HasAux
}

/**
 * Makes the function that computes a scalar function's value and its gradient with respect to its arguments.
 *
 * Arguments are tensors, {@link Variable}s, or arrays and plain objects of them; the gradients have the same
 * structure. With one argument `grads` is its gradient, with several it is a list. Everything that the function
 * makes is disposed, except the value, the gradients and what it returns besides. An argument that the value does not
 * depend on gets zeros.
 *
 * @param f A synchronous function that returns one float tensor with one element, or with `hasAux` a pair of it and anything else.
 * @param options `hasAux`: what the function returns besides comes out as `aux`, its tensors as constants.
 * @throws {@link ShapeError} when the value has more than one element, {@link DTypeError} when it or an argument is not a float, {@link ArgumentError} when it is no tensor, or with `hasAux` no pair.
 * @see https://docs.jax.dev/en/latest/_autosummary/jax.value_and_grad.html
 * @example
 * ```ts
 * const { value, grads } = valueAndGrad((w: Tensor) => sum(square(w)))(tensor([1, 2, 3]))
 * // With variables, which the function reads itself:
 * const step = valueAndGrad(() => loss(model.apply(x)))(model.trainableVariables)
 * // With more results than the value:
 * const squares = (w: Tensor): [Tensor, Tensor] => [sum(square(w)), square(w)]
 * const { aux } = valueAndGrad(squares, { hasAux: true })(tensor([1, 2, 3]))
 * aux // [1, 4, 9]
 * ```
 */
export function valueAndGrad<const A extends readonly Structure[], Aux>(
  f: (...args: A) => readonly [value: Tensor, aux: Aux],
  options: GradOptions<true> & { readonly hasAux: true },
): ValueAndGradAuxFunction<A, Aux>
export function valueAndGrad<const A extends readonly Structure[]>(
  f: (...args: A) => Tensor,
  options?: GradOptions<false>,
): ValueAndGradFunction<A>
export function valueAndGrad(f: AnyFunction, options: GradOptions = {}): unknown {
  const hasAux = checkGrad('valueAndGrad', f, options)
  return (...args: readonly Structure[]) => {
    const { value, grads, aux } = scoped('valueAndGrad', f, args, hasAux, 'value')
    return hasAux ? { value, grads, aux } : { value, grads }
  }
}

/**
 * Makes the function that computes the gradient of a scalar function with respect to its arguments.
 *
 * @param options `hasAux`: the function returns a pair, and so does the one that is made: `[grads, aux]`.
 * @see {@link valueAndGrad} for what arguments and gradients look like.
 * @example
 * ```ts
 * const cube = (x: Tensor) => mul(x, square(x))
 * grad(cube)(scalar(2)) // 12
 * grad(grad(cube))(scalar(2)) // 12: the second derivative, 6x
 * ```
 */
export function grad<const A extends readonly Structure[], Aux>(
  f: (...args: A) => readonly [value: Tensor, aux: Aux],
  options: GradOptions<true> & { readonly hasAux: true },
): GradAuxFunction<A, Aux>
export function grad<const A extends readonly Structure[]>(
  f: (...args: A) => Tensor,
  options?: GradOptions<false>,
): GradFunction<A>
export function grad(f: AnyFunction, options: GradOptions = {}): unknown {
  const hasAux = checkGrad('grad', f, options)
  return (...args: readonly Structure[]) => {
    const { grads, aux } = scoped('grad', f, args, hasAux)
    return hasAux ? [grads, aux] : grads
  }
}

type AnyFunction = (...args: never) => unknown

function checkGrad(op: string, f: unknown, options: GradOptions): boolean {
  checkFunction(op, f)
  checkOptionNames(op, options, ['hasAux'])
  return checkFlag(op, 'hasAux', options.hasAux)
}

interface Differentiated {
  readonly value: Tensor
  /** In the structure of the arguments, which the callers know. */
  readonly grads: unknown
  readonly flat: readonly Tensor[]
  readonly aux: unknown
}

/** Differentiates, and disposes all but the gradients, what the function returned besides, and the value where it is wanted. */
function scoped(
  op: string,
  f: AnyFunction,
  args: readonly Structure[],
  hasAux: boolean,
  wanted?: 'value',
): Differentiated {
  const outer = openScope()
  let kept: readonly Tensor[] = []
  try {
    const result = differentiate(op, f, args, hasAux)
    kept = hasAux ? [...result.flat, ...collectTensors(result.aux)] : result.flat
    if (wanted === 'value') leaveScope(result.value)
    return result
  } finally {
    closeScope(outer, kept)
  }
}

/** The gradients of a scalar function, for functions that differentiate them again. */
export function gradients(op: string, f: AnyFunction, args: readonly Structure[]): readonly Tensor[] {
  return scoped(op, f, args, false).flat
}

function differentiate(
  op: string,
  f: AnyFunction,
  args: readonly Structure[],
  hasAux: boolean,
): Differentiated {
  const recording = new Recording()
  try {
    const { inputs, leaves, watched } = watchArguments(op, recording, args)
    const result: unknown = f(...(watched as never))
    const [value, aux] = hasAux ? pairOf(op, result) : [result]
    checkValue(op, value)
    checkSingle(op, value)
    recording.pause()
    const seed = filledLike(value, 1)
    const flat = ownGradients(backward(recording, [{ y: value, seed }], leaves, false), inputs)
    return {
      value: hasAux ? cloneHandle(value) : ownValue(value),
      grads: inStructure(args, flat),
      flat,
      aux,
    }
  } finally {
    recording.close()
  }
}

/**
 * The caller's handle on the value: another one than the function's where that is an argument, which goes with the
 * recording, or was made elsewhere.
 */
function ownValue(value: Tensor): Tensor {
  return value.depth === currentDepth() && value.node?.op !== watchedValue ? value : cloneHandle(value)
}

/** What belongs to each tensor among the arguments, in their structure. */
export function inStructure(args: readonly unknown[], flat: readonly Tensor[]): unknown {
  if (args.every(isTensor)) return args.length === 1 ? flat[0] : flat
  const structures = fillStructure(args, flat) as readonly unknown[]
  return args.length === 1 ? structures[0] : structures
}

function isTensor(x: unknown): x is Tensor {
  return x instanceof Tensor
}

function pairOf(op: string, result: unknown): readonly [unknown, unknown] {
  rejectPromise(op, result)
  if (Array.isArray(result) && result.length === 2) return [result[0], result[1]]
  throw new ArgumentError('the function did not return a pair', {
    op,
    received: { result },
    expected: '[value, aux], as hasAux says',
    hint: 'leave hasAux away where the function returns the value alone',
  })
}

/** Arguments as the function gets them: variables themselves, of tensors new handles that the recording watches. */
export function watchArguments<A extends readonly unknown[]>(
  op: string,
  recording: Recording,
  args: A,
): { inputs: readonly Tensor[]; leaves: readonly Node[]; watched: A } {
  const inputs = args.every(isOpenTensor) ? args : tensorsOf(op, args)
  if (inputs.length === 0) {
    throw new ArgumentError('there is nothing to differentiate with respect to', {
      op,
      hint: 'pass tensors or variables as arguments: valueAndGrad(f)(model.trainableVariables)',
    })
  }
  for (const input of inputs) checkFloat(op, 'an argument', input)
  // Arrays of their sizes: one that grows takes room for 17 at first.
  const leaves = new Array<Node>(inputs.length)
  let next = 0
  const watch = (input: Tensor): Tensor => {
    const handle = input instanceof Variable ? input : cloneHandle(input)
    leaves[next++] = recording.watch(handle)
    return handle
  }
  const watched = args.map((arg) => (arg instanceof Tensor ? watch(arg) : mapStructure(arg, watch)))
  return { inputs, leaves, watched: watched as unknown as A }
}

function isOpenTensor(x: unknown): x is Tensor {
  return x instanceof Tensor && !x.disposed
}

function tensorsOf(op: string, args: readonly unknown[]): readonly Tensor[] {
  return args.flatMap((arg, i) =>
    flattenStructure(op, arg, args.length === 1 ? 'the argument' : `argument ${i}`),
  )
}

/** The caller's handles on gradients that the tape handed over; zeros where there are none. */
export function ownGradients(gradients: readonly (Tensor | null)[], likes: readonly Tensor[]): Tensor[] {
  const own = new Array<Tensor>(gradients.length)
  let next = 0
  try {
    for (; next < own.length; next++) {
      const gradient = gradients[next]!
      own[next] = gradient === null ? filledLike(likes[next]!, 0) : takeHandle(gradient)
    }
  } catch (error) {
    for (const gradient of gradients.slice(next)) gradient?.unref()
    throw error
  }
  return own
}

/** Not `zerosLike`: the function may have disposed its argument. */
export function filledLike(like: Tensor, value: number): Tensor {
  return computed(allocateLike(like, like.dtype), (out) => fillWhole(out, value))
}

export function checkFunction(op: string, f: unknown, call = `${op}((x) => …)(x)`): void {
  if (typeof f === 'function') return
  throw new ArgumentError('the argument is not a function', {
    op,
    received: { f },
    hint: call.endsWith(')(x)') ? `${op}(f) returns a function: ${call}` : `call it so: ${call}`,
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
    hint: 'reduce it with sum() or mean(), or use vjp() or jacobian() for functions with larger values',
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
