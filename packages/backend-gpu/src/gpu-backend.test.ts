import {
  add,
  type Backend,
  BackendLostError,
  BackendMismatchError,
  DisposedError,
  full,
  matmul,
  max,
  memory,
  mul,
  OutOfMemoryError,
  ones,
  reshape,
  type Storage,
  setBackend,
  softmax,
  sum,
  type Tensor,
  tanh,
  tensor,
  tidy,
  transpose,
  UnsupportedError,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { afterEach, describe, expect, test } from 'vitest'
import type { GpuHandle } from './device/slot.ts'
import type { DeviceArray } from './gpu-js.ts'
import { type GpuBackend, gpuBackend } from './index.ts'
import { countLargeBuffers } from './testing/count-large.ts'
import { linearLearner } from './testing/linear-learner.ts'
import { whyNoNodeWebGPU } from './testing/node-webgpu.ts'
import { testMode } from './testing/test-mode.ts'

const backends: GpuBackend[] = []

async function start(...options: Parameters<typeof gpuBackend>): Promise<GpuBackend> {
  const backend = await gpuBackend(...options)
  backends.push(backend)
  setBackend(backend)
  return backend
}

afterEach(() => {
  for (const backend of backends.splice(0)) backend.dispose()
})

describe.each(['cpu', 'webasm'] as const)('%s', (mode) => {
  test('is read at once, and says what it can do', async () => {
    const backend = await start({ mode })
    expect([backend.name, backend.mode]).toEqual([`gpu ${mode}`, mode])
    expect(add(tensor([1, 2]), 1).dataSync()).toEqual(Float32Array.of(2, 3))
    expect(backend.caps).toMatchObject({
      strided: true,
      maxRank: 6,
      maxInt: 2 ** 24,
      specialValues: true,
      checksIndices: false,
    })
    expect(backend.caps.dtypes.has('float64')).toBe(false)
  })

  test('counts what is on the device, and holds nothing when all is disposed', async () => {
    const backend = await start({ mode })
    const before = memory().bytes
    const x = ones([10, 10], { dtype: 'bool' })
    expect(backend.deviceMemory()).toEqual({ arrays: 1, bytes: 400 })
    expect(memory().bytes - before).toBe(400)
    x.dispose()
    expect(backend.deviceMemory()).toEqual({ arrays: 0, bytes: 0 })
    expect(memory().bytes).toBe(before)
  })

  test('memory is level over thousands of steps', { timeout: 60_000 }, () => staysLevel(mode, 3000))
})

test('memoryLimit is kept before anything is made', async () => {
  const backend = await start({ mode: 'cpu', memoryLimit: 1000 })
  const x = zeros([200])
  expect(() => zeros([100], { dtype: 'bool' })).toThrow(OutOfMemoryError)
  expect(() => zeros([100])).toThrow(/alloc: there is no memory for the storage\.(.|\n)*at most 1000 bytes/)
  expect(backend.deviceMemory().bytes).toBe(800)
  x.dispose()
  zeros([250]).dispose()
})

test('more elements than the device can hold are refused', async () => {
  const backend = await start({ mode: 'cpu' })
  expect(() => zeros([backend.caps.maxLength + 1])).toThrow(UnsupportedError)
})

test('what was disposed tells so', async () => {
  const backend = await start({ mode: 'cpu' })
  const x = tensor([1, 2])
  backend.dispose()
  expect(() => x.dataSync()).toThrow(DisposedError)
  await expect(add(x, 1).data()).rejects.toThrow(DisposedError)
  x.dispose()
})

describe('to another backend', () => {
  test('and back, nothing changes', async () => {
    const gpu = await start({ mode: 'webasm' })
    const reference = referenceBackend() as Backend
    for (const values of [
      Float32Array.of(0.1, -0, Number.NaN, Infinity, 3e38),
      Int32Array.of(-(2 ** 24), 7),
      Uint8Array.of(0, 255),
    ]) {
      using x = tensor(values)
      using there = await x.to(reference)
      using back = await there.to(gpu)
      expect([there.storage.backend, back.storage.backend]).toEqual([reference, gpu])
      expect(await there.data()).toEqual(values)
      expect(await back.data()).toEqual(values)
    }
    using flags = tensor([true, false])
    using there = await transpose(flags).to(reference)
    expect(await there.array()).toEqual([true, false])
    expect(() => add(flags, there)).toThrow(BackendMismatchError)
  })

  test('training goes on where it was', async () => {
    const gpu = await start({ mode: 'cpu' })
    const reference = referenceBackend() as Backend
    const losses = async (second: Backend): Promise<number[]> => {
      const first = linearLearner(gpu)
      const values = [...(await first.train(30))]
      const rest = linearLearner(second, await first.weightsOn(second))
      values.push(...(await rest.train(30)))
      first.dispose()
      rest.dispose()
      return values
    }
    const [moved, stayed] = [await losses(reference), await losses(gpu)]
    expect(stayed.at(-1)!).toBeLessThan(stayed[0]! / 4)
    moved.forEach((loss, i) => {
      expect(Math.abs(loss - stayed[i]!)).toBeLessThan(1e-5 + 1e-5 * loss)
    })
  })
})

testMode('webgpu in Node', await whyNoNodeWebGPU(), () => {
  describe('webgpu in Node', () => {
    test('is what a program gets that names no mode', async () => {
      expect((await start()).mode).toBe('webgpu')
    })

    test('is read later, many reads at once', async () => {
      const backend = await start({ mode: 'webgpu' })
      expect(backend.readSync).toBeUndefined()
      const xs = Array.from({ length: 20 }, (_, i) => full([3], i))
      const read = await Promise.all(xs.map((x) => x.array()))
      expect(read).toEqual(xs.map((_, i) => [i, i, i]))
      for (const x of xs) x.dispose()
    })

    test('operations return before they are done, and what is disposed meanwhile is used', async () => {
      const backend = await start({ mode: 'webgpu' })
      const x = tidy(() => {
        let y: Tensor = ones([4, 4])
        for (let i = 0; i < 10; i++) y = mul(matmul(y, y), 0.25)
        return sum(y)
      })
      expect(backend.deviceMemory().arrays).toBe(0)
      expect(await x.array()).toBe(16)
      x.dispose()
      await backend.sync()
      expect(backend.deviceMemory()).toEqual({ arrays: 0, bytes: 0 })
    })

    test('positions beyond 2²⁴, which floats do not hold, are exact', { timeout: 60_000 }, async () => {
      await start({ mode: 'webgpu' })
      const columns = 2 ** 23 + 9
      using x = tensor(
        Float32Array.from({ length: columns * 2 }, (_, i) => i % 1021),
        {
          shape: [columns, 2],
        },
      )
      using y = tidy(() => add(transpose(x), 1))
      const values = await y.data()
      const wrong = values.findIndex((value, i) => {
        const [row, column] = i < columns ? [0, i] : [1, i - columns]
        return value !== ((column * 2 + row) % 1021) + 1
      })
      expect(wrong).toBe(-1)
      using top = tidy(() => max(reshape(x, [-1])))
      expect(await top.array()).toBe(1020)
    })

    test('memory is level over thousands of steps', { timeout: 180_000 }, () => staysLevel('webgpu', 3000))

    test('buffers go with the tensors that they hold, what kernels keep of their latest call included', async () => {
      const backend = await start({ mode: 'webgpu' })
      const x = ones([64, 64])
      await x.data()
      const large = countLargeBuffers(deviceOf(x))
      for (let i = 0; i < 20; i++) {
        const result = tidy(() => sum(softmax(tanh(matmul(add(x, tensor(Array(64).fill(i))), x)))))
        await result.data()
        result.dispose()
      }
      await backend.sync()
      expect(large.made).toBeGreaterThan(100)
      expect(large.alive).toBe(0)
      x.dispose()
    })

    test('a device that is lost fails reads that wait and later ones; a new backend works', async () => {
      await start({ mode: 'webgpu' })
      const x = ones([3])
      await x.data()
      const waiting = [x.data(), add(x, 1).data(), matmul(ones([2, 2]), ones([2, 2])).data()]
      deviceOf(x).destroy()
      for (const result of await Promise.allSettled(waiting)) {
        expect(result).toMatchObject({ status: 'rejected', reason: expect.any(BackendLostError) })
      }
      await expect(add(x, 1).data()).rejects.toThrow(BackendLostError)
      await expect(x.data()).rejects.toThrow(/read: the WebGPU device is lost|the WebGPU device is lost/)
      expect(() => x.dispose()).not.toThrow()

      await start({ mode: 'webgpu' })
      expect(await add(ones([2]), 1).array()).toEqual([2, 2])
    })
  })
})

/** gpu.js's device behind a tensor. */
function deviceOf({ storage }: Tensor): GPUDevice {
  const { context } = (storage as Storage<GpuHandle>).handle as DeviceArray
  return (context as { device: GPUDevice }).device
}

async function staysLevel(mode: 'cpu' | 'webasm' | 'webgpu', steps: number): Promise<void> {
  const backend = await start({ mode })
  const learner = linearLearner(backend)
  await learner.train(20)
  await backend.sync()
  const before = [memory(), backend.deviceMemory()]
  const losses = await learner.train(steps)
  await backend.sync()
  expect([memory(), backend.deviceMemory()]).toEqual(before)
  expect(losses.at(-1)).toBeLessThan(losses[0]!)
  learner.dispose()
  await backend.sync()
  expect(backend.deviceMemory()).toEqual({ arrays: 0, bytes: 0 })
}
