import { SerializationError } from '@tapegrad/core'

/** What making a model from a file may still allocate. */
interface Loading {
  weightBytes: number
}

/** The most that trying out a layer of a file may take. */
const mostProbeBytes = 64 * 2 ** 20

let current: Loading | null = null

/**
 * Runs a function that makes a model from a file. Weights are not initialised in it, for their values come from the
 * file; and they may not take more bytes than the file has, whatever sizes its configs ask for.
 */
export function whileLoading<T>(weightBytes: number, f: () => T): T {
  const outer = current
  current = { weightBytes }
  try {
    return f()
  } finally {
    current = outer
  }
}

export function isLoading(): boolean {
  return current !== null
}

/** @throws {@link SerializationError} when a model of a file asks for more weights than the file has. */
export function chargeWeight(op: string, bytes: number): void {
  if (current === null) return
  current.weightBytes -= bytes
  if (current.weightBytes >= 0) return
  throw new SerializationError('the layers ask for more weights than the file holds', { op })
}

/** @throws {@link SerializationError} when trying out a layer of a file would take too much memory. */
export function checkProbe(bytes: number): void {
  if (current === null || bytes <= mostProbeBytes) return
  throw new SerializationError('the input of a layer is too large to find the shape of its output', {
    op: 'loadModel',
    received: { bytes },
    expected: `at most ${mostProbeBytes} bytes`,
    hint: 'override computeOutputShape, or give the layer an outputShape',
  })
}
