import type { DType } from '@tapegrad/core'
import { elementsOf } from '../host-memory.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import type { CpuView } from '../views.ts'

/** out = value for any region of a storage. */
export function makeFill(memory: WasmMemory): (out: CpuView, value: number) => void {
  return (out, value) => {
    const { storage, dtype, shape, strides, offset, size, contiguous } = out
    const elements = elementsOf(memory, dtype)
    const first = storage.handle / elements.BYTES_PER_ELEMENT + offset
    const element = toElement(dtype, value)
    if (contiguous) elements.fill(element, first, first + size)
    else fillRegion(elements, element, first, shape, strides, 0)
  }
}

/** Typed arrays truncate and wrap themselves; only bool has a rule of its own. */
function toElement(dtype: DType, value: number): number {
  return dtype === 'bool' ? Number(value !== 0) : value
}

function fillRegion(
  elements: ReturnType<typeof elementsOf>,
  value: number,
  first: number,
  shape: readonly number[],
  strides: readonly number[],
  axis: number,
): void {
  const length = shape[axis]!
  const stride = strides[axis]!
  if (axis < shape.length - 1) {
    for (let i = 0; i < length; i++) {
      fillRegion(elements, value, first + i * stride, shape, strides, axis + 1)
    }
  } else if (stride === 1) elements.fill(value, first, first + length)
  else for (let i = 0; i < length; i++) elements[first + i * stride] = value
}
