import type { DType } from '@tapegrad/core'
import { elementTypes } from '../element-type.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import type { CopyPlane } from './copy-plane.ts'

/** out = x with a cast where the dtypes differ; both may be regions with any strides. */
export function makeCopy(memory: WasmMemory, copyPlane: CopyPlane): (x: CpuView, out: CpuView) => void {
  return (x, out) => {
    const from = addressOf(x)
    const to = addressOf(out)
    const { bytes } = elementTypes[out.dtype]
    if (!x.contiguous || !out.contiguous) {
      copyStrided(copyPlane, x, out, from, to)
    } else if (holdsSameBytes(x.dtype, out.dtype)) {
      memory.u8.copyWithin(to, from, from + x.size * bytes)
    } else {
      const source = elementTypes[x.dtype].bytes
      copyPlane(x.dtype, out.dtype, from, to, x.size, 1, 0, source, 0, bytes)
    }
  }
}

function holdsSameBytes(from: DType, to: DType): boolean {
  return from === to || (from === 'bool' && to === 'uint8')
}

/** Goes over planes: the two axes that lie closest in memory, rows along the target, whatever the others are. */
function copyStrided(copyPlane: CopyPlane, x: CpuView, out: CpuView, from: number, to: number): void {
  const { shape } = out
  const source = elementTypes[x.dtype].bytes
  const target = elementTypes[out.dtype].bytes
  const rank = shape.length
  const inner = rank - 1
  // A source that is contiguous along another axis is read along it: the plane is a transposition.
  const contiguousAxis = x.strides.findIndex((stride, axis) => stride === 1 && shape[axis]! > 1)
  const rowAxis = contiguousAxis >= 0 && contiguousAxis !== inner ? contiguousAxis : rank - 2
  const size = (axis: number): number => shape[axis] ?? 1
  const fromStride = (axis: number): number => (x.strides[axis] ?? 0) * source
  const toStride = (axis: number): number => (out.strides[axis] ?? 0) * target
  const visit = (axis: number, from: number, to: number): void => {
    if (axis === rowAxis) visit(axis + 1, from, to)
    else if (axis >= inner) {
      const rowStrides = [fromStride(rowAxis), fromStride(inner), toStride(rowAxis), toStride(inner)] as const
      copyPlane(x.dtype, out.dtype, from, to, size(inner), size(rowAxis), ...rowStrides)
    } else {
      for (let i = 0; i < shape[axis]!; i++) {
        visit(axis + 1, from + i * fromStride(axis), to + i * toStride(axis))
      }
    }
  }
  visit(0, from, to)
}
