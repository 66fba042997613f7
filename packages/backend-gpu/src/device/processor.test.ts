import { expect, test } from 'vitest'
import { GPU } from '../gpu-js.ts'
import { kernel } from '../kernels/kernel.ts'
import { makeLauncher } from './launcher.ts'
import { openProcessor } from './processor.ts'

const double = kernel('test double', () => ({
  arrays: ['x'],
  integers: [],
  floats: [],
  body: 'return 2 * x[this.thread.x];',
}))

test('webasm keeps small memories for the next call, and lets go of large ones', () => {
  const launch = makeLauncher(openProcessor('webasm', GPU))
  const call = (length: number): { last: number; kept: number } => {
    const prepared = launch(double, length, [new Float32Array(length).fill(length)], [])
    const result = prepared.call() as Float32Array
    return { last: result[length - 1]!, kept: prepared.run.kernel._moduleCache!.size }
  }
  expect(call(100)).toEqual({ last: 200, kept: 1 })
  expect(call(2 ** 20)).toEqual({ last: 2 ** 21, kept: 1 })
  expect(call(2 ** 20)).toEqual({ last: 2 ** 21, kept: 1 })
  expect(call(100)).toEqual({ last: 200, kept: 1 })
  expect(call(101)).toEqual({ last: 202, kept: 2 })
})
