import {
  type Capabilities,
  optionalBinaryOps,
  optionalUnaryOps,
  requiredBinaryOps,
  requiredUnaryOps,
} from '@tapegrad/core'
import type { Device } from './device/device.ts'
import { maxRank } from './kernels/indexing.ts'

/** Of an element, whatever its dtype. */
export const bytesOnDevice = 4

/** What the backend can do on a device; everything is a 32-bit float there. */
export function capabilitiesOf({ maxLength }: Device, specialValues: boolean): Capabilities {
  return {
    unary: new Set([...requiredUnaryOps, ...optionalUnaryOps]),
    binary: new Set([...requiredBinaryOps, ...optionalBinaryOps]),
    dtypes: new Set(['bool', 'uint8', 'int32', 'float32']),
    strided: true,
    maxRank,
    maxLength,
    maxInt: 2 ** 24,
    bytesPerElement: bytesOnDevice,
    specialValues,
    checksIndices: false,
    deterministic: true,
  }
}
