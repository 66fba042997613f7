import { expect, test } from 'vitest'
import { parseIdx } from './idx.ts'

const file = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6)

test('reads sizes and elements', () => {
  const { shape, data } = parseIdx(file)
  expect(shape).toEqual([2, 3])
  expect([...data]).toEqual([1, 2, 3, 4, 5, 6])
})

test('reads from the middle of a larger buffer', () => {
  const padded = new Uint8Array(file.length + 5)
  padded.set(file, 5)
  expect([...parseIdx(padded.subarray(5)).data]).toEqual([1, 2, 3, 4, 5, 6])
})

test.each([
  ['empty', new Uint8Array(0), /two zero bytes/],
  ['another format', Uint8Array.of(1, 2, 3, 4), /two zero bytes/],
  ['floats', Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), /type 0xd/],
  ['a cut header', file.subarray(0, 9), /header is cut off/],
  ['cut elements', file.subarray(0, 15), /has 3 elements, its header says 6/],
])('refuses %s', (_name, bytes, message) => {
  expect(() => parseIdx(bytes)).toThrow(message)
})
