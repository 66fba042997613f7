import { ArgumentError } from '@tapegrad/core'
import { Callback } from '../callbacks/callback.ts'
import { findTerminal } from '../callbacks/terminal.ts'

/** Checks an option that counts something. */
export function checkCount(op: string, name: string, value: unknown, least: number): void {
  if (value === undefined) return
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return
  throw new ArgumentError(`${name} is not a count`, {
    op,
    received: { [name]: value },
    expected: `a whole number of at least ${least}`,
  })
}

/** 0 is silent, 1 a live bar where there is a terminal, 2 a line for each epoch; 'auto' is 1 on a terminal, else 2. */
export type Verbose = 'auto' | 0 | 1 | 2

export function resolveVerbose(op: string, verbose: Verbose = 'auto'): 0 | 1 | 2 {
  if (!['auto', 0, 1, 2].includes(verbose)) {
    throw new ArgumentError('unknown verbose', { op, received: { verbose }, expected: "'auto', 0, 1 or 2" })
  }
  if (verbose !== 'auto') return verbose
  return findTerminal() === null ? 2 : 1
}

/** @throws {@link ArgumentError} for something that is not a list of callbacks. */
export function checkCallbacks(op: string, callbacks: readonly Callback[] = []): void {
  const wrong: unknown = Array.isArray(callbacks)
    ? callbacks.find((callback) => !(callback instanceof Callback))
    : callbacks
  if (wrong === undefined) return
  throw new ArgumentError('callbacks is not a list of callbacks', {
    op,
    received: { callback: wrong },
    hint: 'extend the class Callback and pass objects of the new class',
  })
}

/** @throws {@link ArgumentError} for something that is not the signal of an AbortController. */
export function checkSignal(op: string, signal: unknown): void {
  if (signal === undefined) return
  if (typeof signal === 'object' && signal !== null && 'throwIfAborted' in signal) return
  throw new ArgumentError('signal is not an AbortSignal', {
    op,
    received: { signal },
    expected: 'the signal of an AbortController, or AbortSignal.timeout(…)',
  })
}
