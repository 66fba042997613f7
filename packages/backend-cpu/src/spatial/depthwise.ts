import { compile } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import type { FloatType } from './float-type.ts'
import { rowKernel } from './row-kernel.ts'
import { forEachRow, type Geometry, rowsOf } from './rows.ts'
import { addProduct } from './visits.ts'

/** The addresses of an input, a kernel and an output whose every channel has an own convolution. */
interface DepthwiseAddresses {
  readonly x: number
  readonly kernel: number
  readonly y: number
}

/** Adds the products of two of the three to the third, which is zero before. */
export type Depthwise = (
  into: 'x' | 'kernel' | 'y',
  addresses: DepthwiseAddresses,
  geometry: Geometry,
  batch: number,
  channels: number,
) => void

/** Makes depthwise convolutions of one element type and their gradients. */
export function makeDepthwise(memory: WasmMemory, type: FloatType): Depthwise {
  let compiled: ReturnType<typeof compileDepthwise> | undefined
  return (into, { x, kernel, y }, geometry, batch, channels) => {
    compiled ??= compileDepthwise(memory, type)
    const run = compiled[into]
    const { input, output, window, strides, before, dilations } = geometry
    const pixel = channels * type.bytes
    forEachRow(geometry, 0, batch * rowsOf(output), (row, inputRow, tapRow) =>
      // biome-ignore format: as the parameters.
      run(
        x + inputRow * input[2]! * pixel, pixel, y + row * output[2]! * pixel, pixel,
        kernel + tapRow * window[2]! * pixel, pixel, 0,
        output[2]!, -before[2]!, strides[2]!, dilations[2]!, input[2]!, window[2]!, channels,
      ),
    )
  }
}

function compileDepthwise(memory: WasmMemory, type: FloatType) {
  return compile(
    {
      x: rowKernel('depthwiseInput', type, type.lanes, addProduct(type, 'x', 'y', 'tap')),
      kernel: rowKernel('depthwiseKernel', type, type.lanes, addProduct(type, 'tap', 'x', 'y')),
      y: rowKernel('depthwise', type, type.lanes, addProduct(type, 'y', 'x', 'tap')),
    },
    memory.memory,
  )
}
