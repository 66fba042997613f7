import type { Handle } from '../gpu-js.ts'

/** What a storage holds: values on the device, nothing yet, or the error of the work that should have made them. */
export type GpuHandle = Handle | Error | undefined

/** A place for a result: a storage, or one between two steps of an op. */
export interface Slot {
  handle: GpuHandle
  readonly length: number
}

/** Whether there are no values because the work that should have made them failed. */
export function isFailure(handle: GpuHandle): handle is Error {
  return handle instanceof Error
}
