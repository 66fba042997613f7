import { ArgumentError } from '../errors/index.ts'
import { rejectPromise } from '../memory/scope.ts'
import type { Backend } from './backend.ts'

let current: Backend | undefined
let makeDefault: (() => Backend) | undefined

/**
 * Sets the backend on which tensors are created from now on.
 *
 * Tensors that exist stay where they are, and operations run where their tensors live.
 *
 * @throws {@link ArgumentError} for something that is not a backend.
 * @example
 * ```ts
 * import { setBackend } from '@tapegrad/core'
 * import { cpuBackend } from '@tapegrad/backend-cpu'
 *
 * setBackend(cpuBackend())
 * ```
 */
export function setBackend<H>(backend: Backend<H>): void {
  checkBackend('setBackend', backend)
  current = backend as Backend
}

/** Names the function that makes the backend on first use when none was set. */
export function setDefaultBackend<H>(make: () => Backend<H>): void {
  makeDefault = make as () => Backend
}

/**
 * The backend on which tensors are created.
 *
 * @throws {@link ArgumentError} when none was set.
 */
export function getBackend(): Backend {
  if (current !== undefined) return current
  if (makeDefault === undefined) {
    throw new ArgumentError('no backend is set', {
      op: 'getBackend',
      hint: "call setBackend(cpuBackend()) from '@tapegrad/backend-cpu' first, or import from 'tapegrad', which does it",
    })
  }
  const made: unknown = makeDefault()
  checkBackend('setDefaultBackend', made)
  current = made
  return current
}

/**
 * Runs a synchronous function with another backend for what it creates.
 *
 * @returns What the function returned.
 * @throws {@link ArgumentError} when it returns a Promise.
 */
export function withBackend<T, H>(backend: Backend<H>, f: () => T): T {
  checkBackend('withBackend', backend)
  if (typeof f !== 'function') {
    throw new ArgumentError('the second argument is not a function', {
      op: 'withBackend',
      received: { f },
      hint: 'withBackend(backend, () => …)',
    })
  }
  const outer = current
  current = backend as Backend
  try {
    const result = f()
    rejectPromise('withBackend', result)
    return result
  } finally {
    current = outer
  }
}

/** Sets the backend for what is created, none where it is undefined, and gives what was set. */
export function exchangeBackend(backend: Backend | undefined): Backend | undefined {
  const before = current
  current = backend
  return before
}

/** Throws where something else than a backend was passed. */
export function checkBackend(op: string, backend: unknown): asserts backend is Backend {
  const isBackend =
    typeof backend === 'object' &&
    backend !== null &&
    'alloc' in backend &&
    'caps' in backend &&
    'kernels' in backend
  if (!isBackend) {
    const isPromise = backend instanceof Promise
    throw new ArgumentError('the argument is not a backend', {
      op,
      received: { backend },
      hint: isPromise
        ? 'await it: this backend starts asynchronously'
        : 'pass what cpuBackend() or another backend package returns',
    })
  }
}
