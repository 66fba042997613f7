import { concat, setBackend, tensor, transpose } from '@tapegrad/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GpuBackend, gpuBackend } from '../index.ts'

let backend: GpuBackend

beforeAll(async () => {
  backend = await gpuBackend({ mode: 'cpu' })
  setBackend(backend)
})
afterAll(() => backend.dispose())

describe.each([1, 2, 6, 7, 13, 40])('%i tensors', (count) => {
  const lengths = Array.from({ length: count }, (_, i) => (i % 3) + 1)
  const total = lengths.reduce((sum, length) => sum + length, 0)

  test.each([0, 1])('along axis %i', (axis) => {
    let next = 0
    const parts = lengths.map((length) => {
      const rows = Array.from({ length }, () => [next, next++ + 0.5])
      const x = tensor(rows)
      return axis === 0 ? x : transpose(x)
    })
    const rows = Array.from({ length: total }, (_, i) => [i, i + 0.5])
    const columns = [rows.map(([first]) => first), rows.map(([, second]) => second)]
    const before = backend.deviceMemory().arrays
    const joined = concat(parts, { axis })
    expect(joined.arraySync()).toEqual(axis === 0 ? rows : columns)
    expect(backend.deviceMemory().arrays).toBe(before + 1)
  })
})
