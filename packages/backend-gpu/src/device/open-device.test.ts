import { ArgumentError, setBackend, TapegradError, tensor, UnsupportedError } from '@tapegrad/core'
import type { GPU as OwnGPU } from 'gpu.js'
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest'
import { GPU } from '../gpu-js.ts'
import { type GpuBackendOptions, gpuBackend } from '../index.ts'

const scope = globalThis as { navigator?: object }
const before = scope.navigator

/** A navigator whose WebGPU has no adapter. */
function withoutAdapter(): void {
  const gpu = { requestAdapter: async () => null }
  Object.defineProperty(scope, 'navigator', { value: { gpu }, configurable: true })
}

afterEach(() => {
  Object.defineProperty(scope, 'navigator', { value: before, configurable: true })
})

describe('refuses', () => {
  const bad: readonly [string, unknown, RegExp][] = [
    ['no object', null, /gpuBackend: the options are not an object/],
    ['an unknown option', { modes: 'cpu' }, /unknown option "modes"(.|\n)*hint: did you mean mode\?/],
    [
      'an unknown mode',
      { mode: 'gpu' },
      /the option mode is unknown(.|\n)*one of webgpu, webgl2, headlessgl/,
    ],
    ['an instance of GPU', { GPU: {} }, /the option GPU is not a class/],
    ['a limit of 0', { memoryLimit: 0 }, /the option memoryLimit is not a number of bytes/],
    ['a limit of text', { memoryLimit: '1 GB' }, /memoryLimit/],
  ]
  test.each(bad)('%s', async (_name, options, message) => {
    const starting = gpuBackend(options as GpuBackendOptions)
    await expect(starting).rejects.toThrow(ArgumentError)
    await expect(starting).rejects.toThrow(message)
  })
})

describe('says what to do where a mode is not available', () => {
  test.each<[GpuBackendOptions, RegExp]>([
    [{ mode: 'webgl2' }, /webgl2 is not available here(.|\n)*hint: open the program in a browser/],
    [{ mode: 'headlessgl' }, /headlessgl needs a gpu\.js of your own(.|\n)*hint: npm install gpu\.js/],
    [{ mode: 'headlessgl', GPU: class extends GPU {} }, /headlessgl does not start/],
    [{ mode: 'webgpu' }, /webgpu is not available here(.|\n)*hint: install a driver/],
    [{}, /there is no GPU that a program can reach(.|\n)*hint: install a driver.*; or use cpuBackend\(\)/],
  ])('%o', async (options, message) => {
    withoutAdapter()
    const starting = gpuBackend(options)
    await expect(starting).rejects.toThrow(UnsupportedError)
    await expect(starting).rejects.toThrow(message)
  })
})

test('does not run where gpu.js falls back to another mode', async () => {
  class Falling extends GPU {
    constructor() {
      super({ mode: 'cpu' })
    }
  }
  const starting = gpuBackend({ mode: 'webasm', GPU: Falling })
  await expect(starting).rejects.toThrow(TapegradError)
  await expect(starting).rejects.toThrow(
    /gpu\.js fell back to another mode\.\n {2}mode: "cpu"\n {2}expected: webasm/,
  )
})

test("runs on the user's own gpu.js", async () => {
  let made = 0
  class Own extends GPU {
    constructor(options: { mode: string }) {
      super(options)
      made++
    }
  }
  const backend = await gpuBackend({ mode: 'cpu', GPU: Own })
  setBackend(backend)
  expect(tensor([1, 2]).dataSync()).toEqual(Float32Array.of(1, 2))
  expect(made).toBe(1)
  expectTypeOf<typeof OwnGPU>().toExtend<NonNullable<GpuBackendOptions['GPU']>>()
  backend.dispose()
})
