import { compile } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import type { FloatType } from './float-type.ts'
import { rowKernel } from './row-kernel.ts'
import { forEachRow, type Geometry, isInside, placesOf } from './rows.ts'
import { combineInto, copyTo } from './visits.ts'

/** The channels of one group of an input whose first element is at an address. */
export interface Channels {
  readonly address: number
  /** How many channels the group has, and how many bytes all channels of a place take. */
  readonly count: number
  readonly pixel: number
}

/** Moves elements between inputs and columns: what each output reads, tap by tap, channel by channel. */
export interface Columns {
  /** Writes the columns of some rows of outputs. */
  unfold(x: Channels, geometry: Geometry, rows: readonly [number, number], columns: number): void
  /** Adds the columns of some rows of outputs to where they come from. */
  fold(columns: number, geometry: Geometry, rows: readonly [number, number], x: Channels): void
}

/** Makes the columns of one element type. */
export function makeColumns(memory: WasmMemory, type: FloatType): Columns {
  let compiled: ReturnType<typeof compileColumns> | undefined
  const kernels = () => (compiled ??= compileColumns(memory, type))

  function walk(
    run: ReturnType<typeof compileColumns>['unfold'],
    { address, count, pixel }: Channels,
    geometry: Geometry,
    [first, last]: readonly [number, number],
    columns: number,
  ): void {
    const { input, output, window, strides, before, dilations } = geometry
    const tap = count * type.bytes
    const [outputs, width, taps] = [output[2]!, input[2]!, window[2]!]
    const place = placesOf(window) * tap
    const from = -before[2]!
    // Neighbours in a row are neighbours in columns, too, where nothing lies between or around them.
    const areNeighbours = tap === pixel && dilations[2] === 1 && isInsideRow(geometry)
    const [tapCount, channels] = areNeighbours ? [1, taps * count] : [taps, count]
    forEachRow(geometry, first, last, (row, inputRow, tapRow) =>
      // biome-ignore format: as the parameters.
      run(
        address + inputRow * width * pixel, pixel, 0, 0,
        columns + (row - first) * outputs * place + tapRow * taps * tap, tap, place,
        outputs, from, strides[2]!, dilations[2]!, width, tapCount, channels,
      ),
    )
  }

  return {
    unfold(x, geometry, rows, columns) {
      const size =
        (rows[1] - rows[0]) * geometry.output[2]! * placesOf(geometry.window) * x.count * type.bytes
      if (!isInside(geometry)) memory.u8.fill(0, columns, columns + size)
      walk(kernels().unfold, x, geometry, rows, columns)
    },
    fold: (columns, geometry, rows, x) => walk(kernels().fold, x, geometry, rows, columns),
  }
}

/** Whether windows lie in the input along the last axis. */
function isInsideRow(geometry: Geometry): boolean {
  const last = (sides: readonly number[]) => sides.slice(2)
  return isInside({
    input: last(geometry.input),
    window: last(geometry.window),
    output: last(geometry.output),
    strides: last(geometry.strides),
    before: last(geometry.before),
    dilations: last(geometry.dilations),
  })
}

function compileColumns(memory: WasmMemory, type: FloatType) {
  return compile(
    {
      unfold: rowKernel('unfold', type, type.lanes, copyTo(type, 'tap', 'x')),
      fold: rowKernel('fold', type, type.lanes, combineInto(type, 'add', 'x', 'tap')),
    },
    memory.memory,
  )
}
