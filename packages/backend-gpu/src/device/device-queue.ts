import { type BackendLostError, DisposedError, OutOfMemoryError, TapegradError } from '@tapegrad/core'
import type { Handle } from '../gpu-js.ts'
import { type KernelSource, kernel } from '../kernels/kernel.ts'
import type { Device, DeviceFailure } from './device.ts'
import { makeLauncher } from './launcher.ts'
import { makeSchedule } from './schedule.ts'
import { type GpuHandle, isFailure, type Slot } from './slot.ts'

/** One call of a kernel, for each element of `out`. */
interface Launch {
  /** What errors call it. */
  readonly op: string
  readonly source: KernelSource
  readonly inputs: readonly Slot[]
  readonly integers: readonly number[]
  readonly floats: readonly number[]
  readonly out: Slot
}

/** What a device holds for tensors. */
export interface DeviceMemory {
  readonly arrays: number
  readonly bytes: number
}

/**
 * The work of a device, done in the order in which it was asked for.
 *
 * Jobs look at slots when they run and put results there. A job that fails puts its error there, and so do the jobs
 * that need its result; reads then reject with it.
 */
export interface DeviceQueue {
  launch(launch: Launch): void
  /** Room for a step between; to be freed. */
  temporary(length: number): Slot
  free(slot: Slot): void
  upload(slot: Slot, values: Float32Array): void
  read(slot: Slot): Promise<Float32Array>
  /** The same at once, on synchronous devices. */
  readNow(slot: Slot): Float32Array
  /** Resolves when all is done; rejects with the first failure that no read has told of. */
  sync(): Promise<void>
  memory(): DeviceMemory
  dispose(): void
}

const bytesPerFloat = 4
/** After so much work given to a device it is waited for, so that what it has freed is free. */
const mostLaunches = 256
const mostBytes = 2 ** 28

const uploadKernel = (): KernelSource =>
  kernel('upload', () => ({
    arrays: ['values'],
    integers: [],
    floats: [],
    body: 'return values[this.thread.x];',
    takesHostArrays: true,
  }))

const zerosKernel = (): KernelSource =>
  kernel('zeros', () => ({ arrays: [], integers: [], floats: [], body: 'return 0;' }))

export function makeDeviceQueue(device: Device, name: string): DeviceQueue {
  const prepareCall = makeLauncher(device)
  const schedule = makeSchedule(device.synchronous, (cause) => {
    untold ??= failureOf('free', name, cause)
  })
  /** Results that the device has told to be nothing, after the call that made them. */
  const broken = new WeakMap<object, TapegradError>()
  const watched = new Set<Promise<void>>()
  /** The slots that hold arrays on the device. */
  const holders = new Set<Slot>()
  let bytesHeld = 0
  let untold: TapegradError | undefined
  let disposed = false
  let launches = 0
  let bytes = 0

  function put(slot: Slot, handle: GpuHandle): void {
    const old = slot.handle
    slot.handle = handle
    if (handle !== undefined && !isFailure(handle)) {
      holders.add(slot)
      bytesHeld += slot.length * bytesPerFloat
    } else holders.delete(slot)
    if (old === undefined || isFailure(old)) return
    bytesHeld -= slot.length * bytesPerFloat
    if ('delete' in old) old.delete()
  }

  function fail(op: string, slot: Slot, cause: unknown): void {
    const error = device.lost() ?? failureOf(op, name, cause)
    untold ??= error
    put(slot, error)
  }

  /** The error that keeps work from being done at all. */
  function refusal(op: string): TapegradError | undefined {
    if (disposed) return new DisposedError('the backend was disposed', { op, received: { backend: name } })
    return device.lost()
  }

  /** The error of a slot whose contents do not exist. */
  function errorOf({ handle }: Slot): Error | undefined {
    if (handle === undefined || handle instanceof Float32Array) return undefined
    return isFailure(handle) ? handle : broken.get(handle)
  }

  function run({ op, source, inputs, integers, floats, out }: Launch): void | Promise<void> {
    const error = inputs.map(errorOf).find((found) => found !== undefined) ?? refusal(op)
    if (error !== undefined) {
      put(out, error)
      return
    }
    try {
      const unwritten = inputs.find(({ handle }) => handle === undefined)
      if (unwritten !== undefined) {
        const filled = run({
          op,
          source: zerosKernel(),
          inputs: [],
          integers: [],
          floats: [],
          out: unwritten,
        })
        const again = (): void | Promise<void> => run({ op, source, inputs, integers, floats, out })
        return filled === undefined ? again() : filled.then(again)
      }
      const arrays = inputs.map(({ handle }) => handle as Handle)
      return callKernel(op, source, arrays, [...integers, ...floats], out)
    } catch (cause) {
      fail(op, out, cause)
    }
  }

  function callKernel(
    op: string,
    source: KernelSource,
    arrays: readonly Handle[],
    numbers: readonly number[],
    out: Slot,
  ): void | Promise<void> {
    const { ready, call } = prepareCall(source, out.length, arrays, numbers)
    const finish = (): void | Promise<void> => {
      const { result, failure } = device.watch?.(call) ?? { result: call(), failure: undefined }
      if (!(result instanceof Promise)) {
        put(out, result)
        return
      }
      return result.then((handle) => {
        put(out, handle)
        if (failure !== undefined) watch(op, handle, arrays, out, failure)
        return rest(out.length)
      })
    }
    if (ready === undefined && device.synchronous) return finish()
    return Promise.resolve(ready)
      .then(finish)
      .catch((cause: unknown) => fail(op, out, cause))
  }

  /** Marks a result as broken when the device tells so; what was computed from broken results tells their error. */
  function watch(
    op: string,
    result: Handle,
    arrays: readonly Handle[],
    out: Slot,
    failure: Promise<DeviceFailure | undefined>,
  ): void {
    const watching = failure.then((reason) => {
      watched.delete(watching)
      // Devices tell in order: of what came first first.
      const inherited = arrays.map((array) => broken.get(array)).find((found) => found !== undefined)
      if (inherited === undefined && reason === undefined) return
      const error = inherited ?? device.lost() ?? failureOf(op, name, reason)
      if (inherited === undefined) untold ??= error
      broken.set(result, error)
      if (out.handle === result) put(out, error)
    })
    watched.add(watching)
  }

  /** Waits for the device now and then. */
  function rest(length: number): Promise<void> | undefined {
    launches++
    bytes += length * bytesPerFloat
    if (launches < mostLaunches && bytes < mostBytes) return undefined
    launches = 0
    bytes = 0
    return device.settle?.()
  }

  function tell(error: Error): Error {
    if (error === untold) untold = undefined
    return error
  }

  async function readWhenReached(slot: Slot): Promise<Float32Array> {
    const { handle } = slot
    const error = errorOf(slot) ?? refusal('read')
    if (error !== undefined) throw tell(error)
    if (handle === undefined) return new Float32Array(slot.length)
    const before = [...watched]
    let values: Float32Array
    try {
      values = await device.read(handle as Handle, slot.length)
    } catch (cause) {
      await Promise.all(before)
      throw tell(broken.get(handle) ?? device.lost() ?? failureOf('read', name, cause))
    }
    await Promise.all(before)
    const found = broken.get(handle) ?? device.lost()
    if (found !== undefined) throw tell(found)
    return values
  }

  return {
    launch: (launch) => schedule.add(() => run(launch)),
    temporary: (length) => ({ handle: undefined, length }),
    free: (slot) => schedule.add(() => put(slot, undefined)),
    upload: (slot, values) =>
      schedule.add(() => {
        if (device.handleType === 'Array') {
          const error = refusal('write')
          put(slot, error ?? values)
          return
        }
        const host: Slot = { handle: values, length: values.length }
        return run({
          op: 'write',
          source: uploadKernel(),
          inputs: [host],
          integers: [],
          floats: [],
          out: slot,
        })
      }),
    read: (slot) =>
      new Promise((resolve, reject) =>
        // Jobs after it need not wait: what they do to the slot comes later on the device, too.
        schedule.add(() => void readWhenReached(slot).then(resolve, reject)),
      ),
    readNow: (slot) => {
      const error = errorOf(slot) ?? refusal('read')
      if (error !== undefined) throw tell(error)
      if (slot.handle === undefined) return new Float32Array(slot.length)
      return device.read(slot.handle as Handle, slot.length) as Float32Array
    },
    sync: async () => {
      await schedule.idle()
      // A device that is gone does not tell when it is done.
      await device.settle?.().catch(() => undefined)
      await Promise.all(watched)
      const error = untold ?? device.lost()
      untold = undefined
      if (error !== undefined) throw error
    },
    memory: () => ({ arrays: holders.size, bytes: bytesHeld }),
    dispose: () =>
      schedule.add(async () => {
        disposed = true
        for (const slot of holders) put(slot, refusal('read'))
        // A device that is gone has nothing left to release.
        await device.gpu.destroy().catch(() => undefined)
      }),
  }
}

/** The error of a kernel that the device could not run. */
function failureOf(op: string, backend: string, cause: unknown): TapegradError | BackendLostError {
  if (cause instanceof TapegradError) return cause
  const { message, isOutOfMemory = false } = cause as Partial<DeviceFailure> & Error
  if (isOutOfMemory) {
    return new OutOfMemoryError('the device has no memory left', {
      op,
      received: { backend },
      hint: 'dispose tensors that are no longer needed, or work in smaller batches',
      cause,
    })
  }
  return new TapegradError(`the device failed: ${message.split('\n', 2).join(' ').trim()}`, {
    op,
    received: { backend },
    cause,
  })
}
