import { expect, expectTypeOf, test } from 'vitest'
import type { View } from './backend.ts'
import { KernelTable, kernelKey } from './kernel-key.ts'

type Scale = (x: View, factor: number, out: View) => void

test('a key names a kernel and the arguments that it writes', () => {
  expect(kernelKey<Scale>('scale', 2)).toEqual({ name: 'scale', writes: [2] })
  expect(kernelKey('step', 0, 1, 2).writes).toEqual([0, 1, 2])
})

test('keys of one name are different keys', () => {
  const table = new KernelTable()
  const [a, b] = [kernelKey<Scale>('scale', 2), kernelKey<Scale>('scale', 2)]
  const scale: Scale = () => undefined
  table.set(a, scale)
  expect(table.get(a)).toBe(scale)
  expect(table.get(b)).toBeUndefined()
})

test('kernels can be replaced, removed and listed, for each table by itself', () => {
  const table = new KernelTable()
  const key = kernelKey<Scale>('scale', 2)
  const [first, second]: Scale[] = [() => undefined, () => undefined]
  expect(table.set(key, first!).set(key, second!)).toBe(table)
  expect(table.get(key)).toBe(second)
  expect([...table.keys()]).toEqual([key])
  expect(new KernelTable().get(key)).toBeUndefined()
  expect(table.delete(key)).toBe(true)
  expect(table.delete(key)).toBe(false)
  expect(table.get(key)).toBeUndefined()
})

test('a key carries the type of its kernel', () => {
  const table = new KernelTable()
  const key = kernelKey<Scale>('scale', 2)
  expectTypeOf(table.get(key)).toEqualTypeOf<Scale | undefined>()
  // @ts-expect-error: the factor is a number
  table.set(key, (_x: View, _factor: string, _out: View) => undefined)
})
