import { expect, test } from 'vitest'
import {
  allocateData,
  bytesPerElement,
  dtypes,
  isDType,
  isFloat,
  promoteTypes,
  toFloatType,
} from './dtype.ts'

test('holds each dtype in its typed array', () => {
  const kinds = dtypes.map((dtype) => allocateData(dtype, 3).constructor.name)
  expect(kinds).toEqual(['Uint8Array', 'Uint8Array', 'Int32Array', 'Float32Array', 'Float64Array'])
  for (const dtype of dtypes) {
    expect(allocateData(dtype, 3).byteLength).toBe(3 * bytesPerElement(dtype))
  }
})

test('promotes to the stronger dtype, in either order', () => {
  dtypes.forEach((a, i) => {
    dtypes.forEach((b, j) => {
      expect(promoteTypes(a, b)).toBe(dtypes[Math.max(i, j)])
    })
  })
})

test('gives fractions a float dtype', () => {
  expect(dtypes.map(toFloatType)).toEqual(['float32', 'float32', 'float32', 'float32', 'float64'])
  expect(dtypes.filter(isFloat)).toEqual(['float32', 'float64'])
})

test('knows the names of dtypes, and nothing that objects inherit', () => {
  expect(dtypes.every(isDType)).toBe(true)
  for (const name of ['float16', 'constructor', '__proto__', '', 3, null, undefined]) {
    expect(isDType(name)).toBe(false)
  }
})
