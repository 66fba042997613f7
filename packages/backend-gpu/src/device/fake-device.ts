import type { DeviceArray, Gpu, Handle, KernelFunction, KernelSettings } from '../gpu-js.ts'
import type { Device, DeviceFailure } from './device.ts'

/** A device that computes on the processor as others do far away, for tests of the queue. */
export interface FakeDevice extends Device {
  /** What happened, in order. */
  readonly events: string[]
  /** Makes the next calls of kernels fail, one for each entry: at once, or as told later. */
  readonly failures: ({ readonly thrown: Error } | { readonly told: DeviceFailure } | undefined)[]
  /** Values that are being read at this moment, and the most that ever were. */
  readonly reading: { now: number; most: number }
  /** How many results exist. */
  readonly alive: () => number
  lose(): void
}

interface FakeArray extends DeviceArray {
  readonly values: Float32Array
  deleted: boolean
}

type Kernel = (this: { thread: { x: number } }, ...args: unknown[]) => number

/** Calls return Promises, as in WebGPU, and take a turn of the event loop. */
export function fakeDevice(lossError: () => ReturnType<Device['lost']> = () => undefined): FakeDevice {
  const events: string[] = []
  const failures: FakeDevice['failures'] = []
  const reading = { now: 0, most: 0 }
  let alive = 0
  let isLost = false
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

  function makeArray(values: Float32Array): FakeArray {
    alive++
    const array: FakeArray = {
      values,
      deleted: false,
      context: undefined,
      toArray: () => values,
      delete: () => {
        if (array.deleted) throw new Error('deleted twice')
        array.deleted = true
        alive--
      },
    }
    return array
  }

  function valuesOf(argument: Handle | number): Float32Array | number {
    if (typeof argument === 'number' || argument instanceof Float32Array) return argument
    const array = argument as FakeArray
    if (array.deleted) throw new Error('a deleted array is used')
    return array.values
  }

  function createKernel(source: string, { functions }: KernelSettings): KernelFunction {
    const helpers = functions.map((helper) => helper.source).join('\n')
    const compute = new Function(`${helpers}\nreturn ${source}`)() as Kernel
    let length = 0
    const run = async (...args: readonly (Handle | number)[]): Promise<Handle> => {
      const failure = failures.shift()
      if (failure !== undefined && 'thrown' in failure) throw failure.thrown
      const result = new Float32Array(length)
      const values = args.map(valuesOf)
      for (let x = 0; x < length; x++) result[x] = compute.call({ thread: { x } }, ...values)
      await turn()
      return makeArray(result)
    }
    return Object.assign(run, {
      setOutput: (output: readonly number[]) => {
        length = output[0]!
      },
      kernel: { constructor: { mode: 'webgpu' }, context: undefined },
    })
  }

  const gpu: Gpu = { createKernel, destroy: async () => void events.push('destroy') }
  return {
    mode: 'webgpu',
    gpu,
    handleType: 'WebGPUBuffer',
    synchronous: false,
    maxLength: 1000,
    events,
    failures,
    reading,
    alive: () => alive,
    lose: () => {
      isLost = true
    },
    isInMode: () => true,
    release: () => undefined,
    read: async (handle) => {
      const values = (valuesOf(handle) as Float32Array).slice()
      reading.most = Math.max(reading.most, ++reading.now)
      await turn()
      reading.now--
      return values
    },
    lost: () => (isLost ? lossError() : undefined),
    watch: (call) => {
      const failure = failures[0]
      const told = failure !== undefined && 'told' in failure ? failure.told : undefined
      return { result: call(), failure: turn().then(() => told) }
    },
    settle: async () => void events.push('settle'),
  }
}
