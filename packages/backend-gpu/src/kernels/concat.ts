import { rowMajorStrides, sizeOf, type View } from '@tapegrad/core'
import type { DeviceQueue } from '../device/device-queue.ts'
import type { GpuHandle, Slot } from '../device/slot.ts'
import { type Form, indices, place, placeNames, position, sizeNames, sizes, stridedForm } from './indexing.ts'
import { kernel } from './kernel.ts'

/** The most inputs of one launch: WebGPU has seven arrays for the arguments of a kernel. */
const mostInputs = 6

/** An input, or several that were joined before. */
interface Piece {
  readonly slot: Slot
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
}

/** out = the inputs one after the other along `axis`. */
export function concat(
  queue: DeviceQueue,
  inputs: readonly View<GpuHandle>[],
  axis: number,
  out: View<GpuHandle>,
): void {
  let pieces: Piece[] = inputs.map(({ storage, shape, strides, offset }) => ({
    slot: storage,
    shape,
    strides,
    offset,
  }))
  const temporaries: Slot[] = []
  while (pieces.length > mostInputs) {
    const joined: Piece[] = []
    for (let i = 0; i < pieces.length; i += mostInputs) {
      const group = pieces.slice(i, i + mostInputs)
      const shape = group[0]!.shape.with(axis, totalLength(group, axis))
      const slot = queue.temporary(sizeOf(shape))
      join(queue, group, axis, shape, slot)
      temporaries.push(slot)
      joined.push({ slot, shape, strides: rowMajorStrides(shape), offset: 0 })
    }
    pieces = joined
  }
  join(queue, pieces, axis, out.shape, out.storage)
  for (const slot of temporaries) queue.free(slot)
}

function totalLength(pieces: readonly Piece[], axis: number): number {
  return pieces.reduce((length, { shape }) => length + shape[axis]!, 0)
}

/** Each element finds its piece by its index along the axis. */
function join(
  queue: DeviceQueue,
  pieces: readonly Piece[],
  axis: number,
  shape: readonly number[],
  out: Slot,
): void {
  const form = stridedForm(shape.length)
  const along = `i${form.rank - shape.length + axis}`
  const names = pieces.map((_, i) => `p${i}s`)
  const ends: number[] = []
  const places: number[] = []
  let start = 0
  for (const { shape: side, strides, offset } of pieces) {
    // Counted from the start of the whole, so that one index serves all pieces.
    places.push(...place({ offset: offset - start * strides[axis]!, strides }, form))
    start += side[axis]!
    ends.push(start)
  }
  queue.launch({
    op: 'concat',
    source: kernel(`concat of ${pieces.length} along ${along}, ${form.name}`, () => ({
      arrays: names.map((name) => `${name}s`),
      integers: [
        ...names.map((name) => `${name}end`),
        ...sizeNames(form),
        ...names.flatMap((name) => placeNames(name, form)),
      ],
      floats: [],
      body: `${indices(form)}
        ${names.map((name) => branch(name, along, form)).join('\n')}
        return 0;`,
    })),
    inputs: pieces.map(({ slot }) => slot),
    integers: [...ends, ...sizes(shape, form), ...places],
    floats: [],
    out,
  })
}

function branch(name: string, along: string, form: Form): string {
  return `if (${along} < ${name}end) { return ${name}s[${position(name, form)}]; }`
}
