import type { PoolGeometry } from '@tapegrad/core'
import { compile } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { type FloatDType, type FloatType, floatTypes } from './float-type.ts'
import { divideKernel, scatterKernel } from './pool-kernels.ts'
import { rowKernel } from './row-kernel.ts'
import { forEachRow, type Geometry, rowsOf } from './rows.ts'
import { combineInto, keepGreatest } from './visits.ts'

/** The pooling of one element type. */
export interface Pooling {
  max(x: CpuView, geometry: PoolGeometry, out: CpuView): void
  maxGradient(g: CpuView, x: CpuView, geometry: PoolGeometry, out: CpuView): void
  average(x: CpuView, geometry: PoolGeometry, out: CpuView): void
  averageGradient(g: CpuView, geometry: PoolGeometry, out: CpuView): void
}

/** Makes the pooling of one element type; the kernels are compiled when they are first needed. */
export function makePooling(memory: WasmMemory, dtype: FloatDType): Pooling {
  const type = floatTypes[dtype]
  const { bytes } = type
  const elements = dtype === 'float32' ? () => memory.f32 : () => memory.f64
  let compiled: ReturnType<typeof compilePooling> | undefined
  const kernels = () => (compiled ??= compilePooling(memory, type))

  /** The arguments of row kernels after the addresses. */
  function walkOf(geometry: Geometry, channels: number) {
    const { output, strides, before, input, window } = geometry
    const along = [output[2]!, -before[2]!, strides[2]!, 1, input[2]!, window[2]!, channels] as const
    return { along, inRow: input[2]! * channels * bytes, outRow: output[2]! * channels * bytes }
  }

  function divide(from: number, to: number, geometry: Geometry, row: number, channels: number): void {
    const { output, before, strides, input, window } = geometry
    let rows = 0
    forEachRow(geometry, row, row + 1, () => {
      rows++
    })
    // biome-ignore format: as the parameters.
    kernels().divide(from, to, output[2]!, -before[2]!, strides[2]!, input[2]!, window[2]!, rows, channels)
  }

  return {
    max(x, pool, out) {
      const { geometry, channels, rows, pixel } = sizesOf(pool, x, bytes)
      const { along, inRow, outRow } = walkOf(geometry, channels)
      const [from, to, { max }] = [addressOf(x), addressOf(out), kernels()]
      elements().fill(-Infinity, to / bytes, to / bytes + out.size)
      forEachRow(geometry, 0, rows, (row, input) =>
        max(from + input * inRow, pixel, to + row * outRow, pixel, 0, 0, 0, ...along),
      )
    },
    maxGradient(g, x, pool, out) {
      const { geometry, channels, rows, pixel } = sizesOf(pool, x, bytes)
      const { along, inRow, outRow } = walkOf(geometry, channels)
      const [from, slopes, to, { greatest, scatter }] = [
        addressOf(x),
        addressOf(g),
        addressOf(out),
        kernels(),
      ]
      const best = memory.alloc(2 * outRow)
      const places = best + outRow
      memory.u8.fill(0, to, to + out.size * bytes)
      for (let row = 0; row < rows; row++) {
        memory.u8.fill(0, places, places + outRow)
        forEachRow(geometry, row, row + 1, (_, input) =>
          greatest(from + input * inRow, pixel, best, pixel, places, 0, pixel, ...along),
        )
        scatter(slopes + row * outRow, places, outRow / bytes, to - from)
      }
      memory.free(best, 2 * outRow)
    },
    average(x, pool, out) {
      const { geometry, channels, rows, pixel } = sizesOf(pool, x, bytes)
      const { along, inRow, outRow } = walkOf(geometry, channels)
      const [from, to, { sum }] = [addressOf(x), addressOf(out), kernels()]
      memory.u8.fill(0, to, to + out.size * bytes)
      for (let row = 0; row < rows; row++) {
        const sums = to + row * outRow
        forEachRow(geometry, row, row + 1, (_, input) =>
          sum(from + input * inRow, pixel, sums, pixel, 0, 0, 0, ...along),
        )
        divide(sums, sums, geometry, row, channels)
      }
    },
    averageGradient(g, pool, out) {
      const { geometry, channels, rows, pixel } = sizesOf(pool, out, bytes)
      const { along, inRow, outRow } = walkOf(geometry, channels)
      const [from, to, { spread }] = [addressOf(g), addressOf(out), kernels()]
      const parts = memory.alloc(outRow)
      memory.u8.fill(0, to, to + out.size * bytes)
      for (let row = 0; row < rows; row++) {
        divide(from + row * outRow, parts, geometry, row, channels)
        forEachRow(geometry, row, row + 1, (_, input) =>
          spread(to + input * inRow, pixel, parts, pixel, 0, 0, 0, ...along),
        )
      }
      memory.free(parts, outRow)
    },
  }
}

const noDilation = [1, 1, 1]

function sizesOf(pool: PoolGeometry, { shape }: CpuView, bytes: number) {
  const channels = shape[4]!
  const geometry: Geometry = { ...pool, dilations: noDilation }
  return { geometry, channels, rows: shape[0]! * rowsOf(pool.output), pixel: channels * bytes }
}

function compilePooling(memory: WasmMemory, type: FloatType) {
  const { lanes, bytes } = type
  // Places are 32 bits wide: only elements as wide as they are taken several at a time.
  const greatestLanes = bytes === 4 ? lanes : [1]
  return compile(
    {
      max: rowKernel('maxPool', type, lanes, combineInto(type, 'max', 'y', 'x')),
      sum: rowKernel('sumPool', type, lanes, combineInto(type, 'add', 'y', 'x')),
      spread: rowKernel('spreadPool', type, lanes, combineInto(type, 'add', 'x', 'y')),
      greatest: rowKernel('greatestPlaces', type, greatestLanes, keepGreatest(type)),
      divide: divideKernel(type),
      scatter: scatterKernel(type),
    },
    memory.memory,
  )
}
