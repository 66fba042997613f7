import { ArgumentError } from '../errors/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { live } from './live.ts'

/*
 * Scopes are start positions in one flat array of the tensors made since. A tensor knows the depth it belongs to:
 * 0 for none, so closing a scope moves or drops what has a smaller depth and disposes the rest. A Set for each
 * scope would cost 0.8 µs for every tensor.
 */
const arena: (Tensor | undefined)[] = []
// Not arena.length: shrinking an array reallocates it.
let top = 0
let depth = 0
let start = 0

/** A tensor was made: the innermost scope owns it. Returns its depth. */
export function enterScope(tensor: Tensor): number {
  if (depth > 0) arena[top++] = tensor
  else watchLater(tensor)
  return depth
}

/** The depth of what is made now; 0 outside all scopes. */
export function currentDepth(): number {
  return depth
}

/** Opens a scope and returns the position that `closeScope` restores. */
export function openScope(): number {
  const outer = start
  start = top
  depth++
  return outer
}

/** Hands a tensor of the innermost scope to the one around it. */
export function leaveScope(tensor: Tensor): void {
  if (tensor.depth === depth) tensor.depth--
}

/** Closes the innermost scope: its tensors are disposed but for those of `kept`, which the scope around it gets. */
export function closeScope(outer: number, kept: readonly Tensor[]): void {
  for (const tensor of kept) leaveScope(tensor)
  let end = start
  for (let i = start; i < top; i++) {
    const tensor = arena[i]!
    // What leaves all scopes must not be held by a place that is no longer in use: it could never be collected.
    arena[i] = undefined
    if (tensor.depth === depth) tensor.closeHandle()
    else if (tensor.depth > 0) arena[end++] = tensor
    else watchLater(tensor)
  }
  top = end
  start = outer
  depth--
}

/** Closes the innermost scope and hands its tensors to the caller, who must dispose them. */
export function detachScope(outer: number): Tensor[] {
  const detached: Tensor[] = []
  for (let i = start; i < top; i++) {
    const tensor = arena[i]!
    arena[i] = undefined
    if (tensor.depth === depth) {
      tensor.depth = 0
      detached.push(tensor)
    } else watchLater(tensor)
  }
  top = start
  start = outer
  depth--
  return detached
}

/**
 * Takes a tensor out of every scope around it: it lives until it is disposed.
 *
 * @returns The same tensor.
 * @throws {@link ArgumentError} for anything but a tensor, {@link DisposedError} for a disposed one.
 * @example
 * ```ts
 * let best: Tensor | undefined
 * tidy(() => {
 *   best = keep(add(ones([2]), 1))
 * })
 * best?.dispose()
 * ```
 */
export function keep<T extends Tensor>(tensor: T): T {
  if (typeof tensor !== 'object' || tensor === null || !isTensor(tensor)) {
    throw new ArgumentError('the argument is not a tensor', {
      op: 'keep',
      received: { tensor },
      hint: 'keep each tensor of a list by itself',
    })
  }
  tensor.assertUsable('keep', 'tensor')
  if (tensor.depth > 0) tensor.depth = 0
  return tensor
}

/**
 * Runs a function and disposes every tensor made in it, except those it returns (alone or in arrays, plain objects,
 * maps and sets).
 *
 * It is synchronous: the function must not return a Promise, since tensors made after the first `await` would not
 * be seen.
 *
 * @returns What the function returned.
 * @throws {@link ArgumentError} when the function returns a Promise.
 * @example
 * ```ts
 * const norm = tidy(() => sqrt(sum(square(x))))
 * ```
 */
export function tidy<T>(f: () => T): T {
  if (typeof f !== 'function') {
    throw new ArgumentError('the argument is not a function', { op: 'tidy', received: { f } })
  }
  const outer = openScope()
  let kept: readonly Tensor[] = []
  try {
    const result = f()
    rejectPromise('tidy', result)
    kept = collectTensors(result)
    return result
  } finally {
    closeScope(outer, kept)
  }
}

/** Throws when a synchronous callback returned a Promise. */
export function rejectPromise(op: string, result: unknown): void {
  if (
    typeof result !== 'object' ||
    result === null ||
    !('then' in result) ||
    typeof result.then !== 'function'
  )
    return
  // Nobody will await it: its failure must not end the process besides.
  if (result instanceof Promise) result.catch(() => undefined)
  throw new ArgumentError('the function returned a Promise', {
    op,
    received: { result },
    expected: 'a synchronous function',
    hint: 'await outside, and pass what you awaited in; keep tensors across an await with keep()',
  })
}

/** All tensors in a nest of arrays, plain objects, maps and sets. */
export function collectTensors(
  value: unknown,
  found: Tensor[] = [],
  seen: Set<object> = new Set(),
): Tensor[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return found
  seen.add(value)
  if (isTensor(value)) found.push(value)
  else if (Array.isArray(value)) for (const entry of value) collectTensors(entry, found, seen)
  else if (value instanceof Map || value instanceof Set)
    for (const entry of value.values()) collectTensors(entry, found, seen)
  else if (isPlainObject(value)) for (const entry of Object.values(value)) collectTensors(entry, found, seen)
  return found
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown
  return prototype === Object.prototype || prototype === null
}

function isTensor(value: object): value is Tensor {
  return 'assertUsable' in value && 'storage' in value
}

/** What the safety net gives back: a storage, or the cell that holds a variable's current one. */
interface Releasable {
  release(): void
}

/** The safety net: a tensor outside all scopes that is collected without dispose gives its storage back. */
const collected: FinalizationRegistry<Releasable> = /* @__PURE__ */ new FinalizationRegistry((held) => {
  live.tensors--
  live.leaked++
  held.release()
})

/** No scope owns the tensor any more; `held` is what it gives back. */
export function watchForCollection(tensor: Tensor, held: Releasable): void {
  tensor.watched = true
  collected.register(tensor, held, tensor)
}

/*
 * Registering and unregistering costs more than a small op, and most tensors that leave all scopes are disposed soon:
 * they wait until the running code yields, or more of them come.
 */
const mostWaiting = 64
const waiting: (Tensor | undefined)[] = new Array<undefined>(mostWaiting)
let countWaiting = 0
let isYieldAwaited = false

/** The same for a tensor whose storage stays: a while later, unless it is disposed by then. */
function watchLater(tensor: Tensor): void {
  if (tensor.state !== 'open') return
  waiting[countWaiting++] = tensor
  if (countWaiting === mostWaiting) watchWaiting()
  if (isYieldAwaited) return
  isYieldAwaited = true
  queueMicrotask(() => {
    isYieldAwaited = false
    watchWaiting()
  })
}

function watchWaiting(): void {
  // A tape may hold what was disposed, and be forgotten itself.
  for (let i = 0; i < countWaiting; i++) {
    const tensor = waiting[i]!
    if (tensor.refs > 0) watchForCollection(tensor, tensor.storage)
    waiting[i] = undefined
  }
  countWaiting = 0
}

/** The tensor is disposed properly: the safety net has nothing to do. */
export function stopWatching(tensor: Tensor): void {
  tensor.watched = false
  collected.unregister(tensor)
}
