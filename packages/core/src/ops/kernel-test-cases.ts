import { expect } from 'vitest'
import type { Backend, View } from '../backend/backend.ts'
import { extendBackend } from '../backend/extend-backend.ts'
import { memory } from '../memory/memory.ts'
import { referenceBackend } from '../reference/index.ts'
import { type Data, isFloat } from '../tensor/dtype.ts'
import { sameShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { alongAxes } from './neural-test-cases.ts'

/** Backends with kernels of their own: one that takes strided views, and one that takes whole ones only. */
export function backendsWith(addKernels: (backend: Backend) => void): Backend[] {
  return [referenceBackend() as Backend, referenceBackend({ strided: false, maxRank: 4 }) as Backend].map(
    (backend) => {
      addKernels(backend)
      return backend
    },
  )
}

/** A backend whose new storages hold NaN, so that what reads an element before it is written is seen. */
export function uninitializedBackend(): Backend {
  const base = referenceBackend()
  return extendBackend(base, {
    alloc: (dtype, length) => base.alloc(dtype, length).fill(isFloat(dtype) ? Number.NaN : 1),
  }) as Backend
}

/** What a kernel gets to read; checks the promises about views on the way. */
export function valuesOf(view: View): number[] {
  expect(view.contiguous).toBe(true)
  expect(view.size).toBeGreaterThan(0)
  const data = view.storage.handle as Data
  return [...data.subarray(view.offset, view.offset + view.size)]
}

/** Writes what a kernel computed; checks that the view is a whole storage. */
export function store(view: View, values: readonly number[]): void {
  expect(view.contiguous && view.offset === 0 && view.size === view.storage.length).toBe(true)
  const data = view.storage.handle as Data
  data.set(values)
}

/** Computes each line along the axis from the same lines of several views, and checks core's promises about them. */
export function computeLines(
  views: readonly View[],
  axis: number,
  out: View,
  f: (...lines: readonly (readonly number[])[]) => readonly number[],
): void {
  const { shape } = out
  expect(shape.length).toBeLessThanOrEqual(3)
  expect(isFloat(out.dtype)).toBe(true)
  for (const view of views) expect(view.dtype === out.dtype && sameShape(view.shape, shape)).toBe(true)
  const values = views.map(valuesOf)
  // A line of positions finds the same places in all views.
  const positions = alongAxes(
    values[0]!.map((_, i) => i),
    shape,
    [axis],
    (line) => line,
  )
  const result = alongAxes(positions, shape, [axis], (line) =>
    f(...values.map((each) => line.map((position) => each[position]!))),
  )
  store(out, result)
}

/** A kernel that throws. */
export function failingKernel(): never {
  throw new Error('the kernel failed')
}

/** Checks that where a kernel throws, nothing stays behind. */
export function expectCleanFailure(f: () => Tensor): void {
  const before = memory()
  expect(f).toThrow('the kernel failed')
  expect(memory()).toEqual(before)
}
