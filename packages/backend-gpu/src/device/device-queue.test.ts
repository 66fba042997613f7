import { BackendLostError, DisposedError, OutOfMemoryError } from '@tapegrad/core'
import { describe, expect, test } from 'vitest'
import type { DeviceArray } from '../gpu-js.ts'
import { kernel } from '../kernels/kernel.ts'
import { type DeviceQueue, makeDeviceQueue } from './device-queue.ts'
import { type FakeDevice, fakeDevice } from './fake-device.ts'
import type { Slot } from './slot.ts'

const lossError = new BackendLostError('the fake device is lost')

interface Setup {
  readonly device: FakeDevice
  readonly queue: DeviceQueue
  readonly slot: (...values: number[]) => Slot
  /** out = x + y, called `op`. */
  readonly add: (x: Slot, y: Slot, out: Slot, op?: string) => void
}

function setup(): Setup {
  const device = fakeDevice(() => lossError)
  const queue = makeDeviceQueue(device, 'fake')
  return {
    device,
    queue,
    slot: (...values) => {
      const slot = queue.temporary(values.length)
      queue.upload(slot, Float32Array.from(values))
      return slot
    },
    add: (x, y, out, op = 'add') =>
      queue.launch({
        op,
        source: kernel('test add', () => ({
          arrays: ['x', 'y'],
          integers: [],
          floats: [],
          body: 'return x[this.thread.x] + y[this.thread.x];',
        })),
        inputs: [x, y],
        integers: [],
        floats: [],
        out,
      }),
  }
}

const values = async (queue: DeviceQueue, slot: Slot): Promise<number[]> => [...(await queue.read(slot))]

describe('order', () => {
  test('jobs see what earlier ones did, and nothing of later ones', async () => {
    const { queue, slot, add } = setup()
    const x = slot(1, 2)
    const sum = queue.temporary(2)
    add(x, x, sum)
    const before = values(queue, sum)
    add(sum, x, sum)
    queue.upload(x, Float32Array.of(10, 20))
    add(sum, x, sum)
    expect(await before).toEqual([2, 4])
    expect(await values(queue, sum)).toEqual([13, 26])
    expect(await values(queue, x)).toEqual([10, 20])
  })

  test('what is freed while it is still needed goes when it is not', async () => {
    const { device, queue, slot, add } = setup()
    const x = slot(1, 2)
    const sum = queue.temporary(2)
    add(x, x, sum)
    const reading = values(queue, x)
    queue.free(x)
    const result = values(queue, sum)
    queue.free(sum)
    expect([await reading, await result]).toEqual([
      [1, 2],
      [2, 4],
    ])
    await queue.sync()
    expect([device.alive(), queue.memory()]).toEqual([0, { arrays: 0, bytes: 0 }])
  })

  test('what nobody has written counts as zeros', async () => {
    const { queue, slot, add } = setup()
    const [x, out] = [slot(1, 2), queue.temporary(2)]
    const unwritten = queue.temporary(2)
    expect(await values(queue, unwritten)).toEqual([0, 0])
    add(x, unwritten, out)
    expect(await values(queue, out)).toEqual([1, 2])
  })

  test('reads do not wait for each other', async () => {
    const { device, queue, slot } = setup()
    const slots = [slot(1), slot(2), slot(3), slot(4)]
    expect(await Promise.all(slots.map((each) => values(queue, each)))).toEqual([[1], [2], [3], [4]])
    expect(device.reading.most).toBe(4)
  })

  test('the device is waited for after much work', async () => {
    const { device, queue, slot, add } = setup()
    const x = slot(1)
    for (let i = 0; i < 600; i++) add(x, x, queue.temporary(1))
    await values(queue, x)
    expect(device.events).toEqual(['settle', 'settle'])
  })
})

describe('a failure', () => {
  test('is told by reads of what depends on it, with the name of the op and the cause', async () => {
    const { device, queue, slot, add } = setup()
    const [x, a, b, other] = [slot(1), queue.temporary(1), queue.temporary(1), queue.temporary(1)]
    await queue.sync()
    const cause = new Error('out of registers\nin line 3')
    device.failures.push({ thrown: cause })
    add(x, x, a, 'matmul')
    add(a, x, b)
    add(x, x, other)
    const error: unknown = await queue.read(b).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      message: 'matmul: the device failed: out of registers in line 3.\n  backend: "fake"',
      op: 'matmul',
      cause,
    })
    await expect(queue.read(a)).rejects.toBe(error)
    expect(await values(queue, other)).toEqual([2])
    expect(await values(queue, x)).toEqual([1])
    await queue.sync()
  })

  test('is told by sync once, where no read has', async () => {
    const { device, queue, slot, add } = setup()
    const [x, a, b] = [slot(1), queue.temporary(1), queue.temporary(1)]
    await queue.sync()
    device.failures.push({ thrown: new Error('first') }, { thrown: new Error('second') })
    add(x, x, a)
    add(x, x, b)
    queue.free(a)
    await expect(queue.sync()).rejects.toThrow('add: the device failed: first')
    await queue.sync()
    await expect(queue.read(b)).rejects.toThrow('second')
  })

  test('ends with the next write', async () => {
    const { device, queue, slot, add } = setup()
    const [x, a] = [slot(1), queue.temporary(1)]
    await queue.sync()
    device.failures.push({ thrown: new Error('no') })
    add(x, x, a)
    await expect(queue.read(a)).rejects.toThrow('no')
    queue.upload(a, Float32Array.of(7))
    expect(await values(queue, a)).toEqual([7])
    expect(queue.memory().arrays).toBe(2)
  })

  test('that the device tells later reaches what was computed from the result', async () => {
    const { device, queue, slot, add } = setup()
    const [x, a, b] = [slot(1), queue.temporary(1), queue.temporary(1)]
    await queue.sync()
    device.failures.push({ told: { isOutOfMemory: true, message: 'no room' } })
    add(x, x, a, 'conv2d')
    add(a, x, b)
    // The second launch runs before the first failure is known.
    const error: unknown = await queue.read(b).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(OutOfMemoryError)
    expect(error).toMatchObject({ op: 'conv2d', cause: { message: 'no room' } })
    await expect(queue.read(a)).rejects.toBe(error)
    add(a, x, b)
    await expect(queue.read(b)).rejects.toBe(error)
    expect(await values(queue, x)).toEqual([1])
    await queue.sync()
  })
})

test('what a device throws when it frees is told by sync, and the next jobs run', async () => {
  const { queue, slot } = setup()
  const [x, y] = [slot(1), slot(2)]
  await queue.sync()
  const array = x.handle as DeviceArray
  array.delete = () => {
    throw new Error('no such texture')
  }
  queue.free(x)
  expect(await values(queue, y)).toEqual([2])
  await expect(queue.sync()).rejects.toThrow('free: the device failed: no such texture')
  await queue.sync()
})

describe('a device that is lost', () => {
  test('fails what is waiting, what comes and what is being read', async () => {
    const { device, queue, slot, add } = setup()
    const [x, a] = [slot(1), queue.temporary(1)]
    await queue.sync()
    const underWay = queue.read(x)
    await Promise.resolve()
    device.lose()
    add(x, x, a)
    const results = await Promise.allSettled([underWay, queue.read(a), queue.read(x)])
    expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual([
      lossError,
      lossError,
      lossError,
    ])
    queue.upload(x, Float32Array.of(2))
    await expect(queue.read(x)).rejects.toBe(lossError)
    await expect(queue.sync()).rejects.toBe(lossError)
    queue.free(x)
  })
})

test('dispose waits for earlier work and releases everything, and later work throws', async () => {
  const { device, queue, slot, add } = setup()
  const [x, a] = [slot(1), queue.temporary(1)]
  add(x, x, a)
  const result = values(queue, a)
  queue.dispose()
  expect(await result).toEqual([2])
  expect([device.alive(), queue.memory()]).toEqual([0, { arrays: 0, bytes: 0 }])
  await expect(queue.read(x)).rejects.toBeInstanceOf(DisposedError)
  add(x, x, a)
  await expect(queue.read(a)).rejects.toBeInstanceOf(DisposedError)
  queue.free(x)
  queue.free(a)
  expect(device.events).toEqual(['destroy'])
})
