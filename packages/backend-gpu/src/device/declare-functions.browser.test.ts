import { expect, inject, test } from 'vitest'
import { GPU } from '../gpu-js.ts'
import { declareFunctions } from './declare-functions.ts'
import { kernelSettings } from './kernel-settings.ts'

/** `sumOf` and `both` call `halved` before `quartered`, which calls it too: gpu.js alone writes `quartered` first. */
const functions = [
  'function halved(x) { return x * 0.5; }',
  'function quartered(x) { return halved(x) * 0.5; }',
  'function both(x) { return halved(x) + quartered(x); }',
  'function sumOf(x) { return halved(x) + quartered(x) + both(x); }',
].map((source) => ({ source, settings: { argumentTypes: { x: 'Number' }, returnType: 'Number' } }))

test('functions may call those that are written after them', async () => {
  const gpu = declareFunctions(new GPU({ mode: inject('browserMode') }))
  const kernel = gpu.createKernel(
    'function () { return sumOf(4); }',
    kernelSettings({ output: [1], functions }),
  )
  const result = (await kernel()) as { toArray(): Float32Array | Promise<Float32Array> }
  expect([...(await result.toArray())]).toEqual([6])
  await gpu.destroy()
})
