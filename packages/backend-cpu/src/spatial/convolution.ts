import type { ConvGeometry } from '@tapegrad/core'
import type { Arithmetic } from '../arithmetic.ts'
import { type Multiply, makeProducts } from '../matmul/matmul.ts'
import type { Matrices } from '../matmul/plan.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { type Channels, makeColumns } from './columns.ts'
import { makeDepthwise } from './depthwise.ts'
import { type FloatDType, floatTypes } from './float-type.ts'
import { placesOf, rowsOf } from './rows.ts'
import { makeWinograd, suitsWinograd } from './winograd.ts'

/** The convolution of one element type and its gradients. */
export interface Convolution {
  forward(x: CpuView, kernel: CpuView, geometry: ConvGeometry, out: CpuView): void
  inputGradient(g: CpuView, kernel: CpuView, geometry: ConvGeometry, out: CpuView): void
  kernelGradient(x: CpuView, g: CpuView, geometry: ConvGeometry, out: CpuView): void
}

/** Columns of so many bytes are made at a time, if a row of outputs does not take more. */
const columnBytes = 2 ** 20

/** Some rows of outputs in one group of channels: what they read, the part of the kernel, and what they are. */
interface Part {
  readonly x: Channels
  readonly rows: readonly [number, number]
  readonly columns: Matrices
  readonly taps: Matrices
  readonly outputs: Matrices
  readonly places: number
}

/** Makes convolutions of one element type, each in the way that suits its sizes. */
export function makeConvolution(memory: WasmMemory, dtype: FloatDType, arithmetic: Arithmetic): Convolution {
  const multiply = makeProducts(memory, dtype, arithmetic)
  const direct = makeDirect(memory, dtype, multiply)
  if (dtype !== 'float32' || !arithmetic.winograd) return direct
  const winograd = makeWinograd(memory, multiply)
  const choose = ({ shape }: CpuView, geometry: ConvGeometry) =>
    suitsWinograd(geometry, shape[3]!, shape[4]!) ? winograd : direct
  return {
    forward: (x, kernel, geometry, out) => choose(kernel, geometry).forward(x, kernel, geometry, out),
    inputGradient: (g, kernel, geometry, out) =>
      choose(kernel, geometry).inputGradient(g, kernel, geometry, out),
    kernelGradient: (x, g, geometry, out) => choose(out, geometry).kernelGradient(x, g, geometry, out),
  }
}

/**
 * Makes convolutions of one element type: products of matrices, whose one side is what each output reads. Where that
 * is one element with all its channels, the input is this matrix as it lies; else it is copied, some rows at a time.
 */
function makeDirect(memory: WasmMemory, dtype: FloatDType, multiply: Multiply): Convolution {
  const type = floatTypes[dtype]
  const { bytes } = type
  const columns = makeColumns(memory, type)
  const depthwise = makeDepthwise(memory, type)

  function product(
    m: number,
    n: number,
    k: number,
    a: Matrices,
    b: Matrices,
    c: Matrices,
    accumulate: boolean,
  ) {
    multiply({ batches: 1, m, n, k, a, b, c, accumulate })
  }

  /** Visits all groups and rows of outputs; `depth` is how many elements an output reads, `outputs` a group's channels. */
  function forEachPart(
    x: CpuView,
    kernel: CpuView,
    y: CpuView,
    geometry: ConvGeometry,
    visit: (part: Part, depth: number, outputs: number) => void,
  ): void {
    const { groups, window, output } = geometry
    const [count, channels] = [kernel.shape[3]!, kernel.shape[4]!]
    const pixel = x.shape[4]! * bytes
    const outputs = channels / groups
    const depth = placesOf(window) * count
    const width = output[2]!
    const rows = x.shape[0]! * rowsOf(output)
    const isDirect = readsInPlace(geometry)
    const rowBytes = width * depth * bytes
    const rowsAtOnce = isDirect ? rows : Math.max(1, Math.min(rows, Math.floor(columnBytes / rowBytes)))
    const workspace = isDirect ? 0 : memory.alloc(rowsAtOnce * rowBytes)
    try {
      for (let group = 0; group < groups; group++) {
        const source = { address: addressOf(x) + group * count * bytes, count, pixel }
        const taps = matrix(addressOf(kernel) + group * outputs * bytes, channels * bytes)
        for (let first = 0; first < rows; first += rowsAtOnce) {
          const last = Math.min(rows, first + rowsAtOnce)
          const to = addressOf(y) + (first * width * channels + group * outputs) * bytes
          const part = {
            x: source,
            rows: [first, last] as const,
            columns: isDirect ? matrix(source.address, pixel) : matrix(workspace, depth * bytes),
            taps,
            outputs: matrix(to, channels * bytes),
            places: (last - first) * width,
          }
          visit(part, depth, outputs)
        }
      }
    } finally {
      if (!isDirect) memory.free(workspace, rowsAtOnce * rowBytes)
    }
  }

  const matrix = (address: number, rowStep: number): Matrices => ({
    address,
    batchStep: 0,
    rowStep,
    columnStep: bytes,
  })

  const clear = (out: CpuView) => {
    const address = addressOf(out)
    memory.u8.fill(0, address, address + out.size * bytes)
  }

  return {
    forward(x, kernel, geometry, out) {
      if (isDepthwise(kernel, geometry)) {
        clear(out)
        const addresses = { x: addressOf(x), kernel: addressOf(kernel), y: addressOf(out) }
        depthwise('y', addresses, geometry, x.shape[0]!, geometry.groups)
        return
      }
      const isDirect = readsInPlace(geometry)
      forEachPart(x, kernel, out, geometry, (part, depth, outputs) => {
        if (!isDirect) columns.unfold(part.x, geometry, part.rows, part.columns.address)
        product(part.places, outputs, depth, part.columns, part.taps, part.outputs, false)
      })
    },
    inputGradient(g, kernel, geometry, out) {
      const isDirect = readsInPlace(geometry)
      if (!isDirect || isDepthwise(kernel, geometry)) clear(out)
      if (isDepthwise(kernel, geometry)) {
        const addresses = { x: addressOf(out), kernel: addressOf(kernel), y: addressOf(g) }
        depthwise('x', addresses, geometry, g.shape[0]!, geometry.groups)
        return
      }
      forEachPart(out, kernel, g, geometry, (part, depth, outputs) => {
        product(part.places, depth, outputs, part.outputs, transpose(part.taps), part.columns, false)
        if (!isDirect) columns.fold(part.columns.address, geometry, part.rows, part.x)
      })
    },
    kernelGradient(x, g, geometry, out) {
      if (isDepthwise(out, geometry)) {
        clear(out)
        const addresses = { x: addressOf(x), kernel: addressOf(out), y: addressOf(g) }
        depthwise('kernel', addresses, geometry, x.shape[0]!, geometry.groups)
        return
      }
      const isDirect = readsInPlace(geometry)
      forEachPart(x, out, g, geometry, (part, depth, outputs) => {
        if (!isDirect) columns.unfold(part.x, geometry, part.rows, part.columns.address)
        const isLater = part.rows[0] > 0
        product(depth, outputs, part.places, transpose(part.columns), part.outputs, part.taps, isLater)
      })
    },
  }
}

function transpose({ address, batchStep, rowStep, columnStep }: Matrices): Matrices {
  return { address, batchStep, rowStep: columnStep, columnStep: rowStep }
}

/** Whether each output reads the input's element at its own place, and no other. */
function readsInPlace({ window, strides, before, input, output }: ConvGeometry): boolean {
  return [0, 1, 2].every(
    (axis) => window[axis] === 1 && strides[axis] === 1 && before[axis] === 0 && input[axis] === output[axis],
  )
}

/** Whether each channel of the output reads one channel of the input, its own. */
function isDepthwise({ shape }: CpuView, { groups }: ConvGeometry): boolean {
  return groups > 1 && shape[3] === 1 && shape[4] === groups
}
