import {
  allocateData,
  type Data,
  type DType,
  OutOfMemoryError,
  type Storage,
  type View,
} from '@tapegrad/core'

/** What storing a number as an element of a dtype does to it. */
export const rounding: Readonly<Record<DType, (value: number) => number>> = {
  bool: (value) => Number(value !== 0),
  uint8: (value) => value & 255,
  int32: (value) => value | 0,
  float32: Math.fround,
  float64: (value) => value,
}

/** One array of doubles, which hold the elements of every dtype. A handle is the position of the first. */
export class Arena {
  readonly data: Float64Array
  /** How many storages there are. */
  storages = 0
  /** Positions to use again: those with room for 2ⁿ elements in list n. */
  readonly #freed: readonly number[][] = Array.from({ length: 32 }, () => [])
  #end = 0

  constructor(capacity: number) {
    this.data = new Float64Array(capacity)
  }

  alloc(length: number): number {
    const exponent = exponentFor(length)
    const position = this.#freed[exponent]!.pop() ?? this.#end
    const end = position + 2 ** exponent
    if (end > this.data.length) {
      const expected = `at most ${this.data.length} in all tensors together`
      throw new OutOfMemoryError('the arena is full', {
        op: 'alloc',
        received: { elements: length },
        expected,
      })
    }
    this.#end = Math.max(this.#end, end)
    this.storages++
    return position
  }

  free({ handle, length }: Storage<number>): void {
    this.#freed[exponentFor(length)]!.push(handle)
    this.storages--
  }

  read({ handle, dtype, length }: Storage<number>): Data {
    const data = allocateData(dtype, length)
    data.set(this.data.subarray(handle, handle + length))
    return data
  }

  /** The elements of a view in row-major order: those of the arena itself where they lie so. */
  elements(view: View<number>): Float64Array {
    const start = view.storage.handle + view.offset
    if (view.contiguous) return this.data.subarray(start, start + view.size)
    return Float64Array.from(positionsOf(view), (position) => this.data[position]!)
  }

  /** Computes each element of a view, rounds it to the dtype, and stores it. */
  store(out: View<number>, value: (i: number) => number): void {
    const round = rounding[out.dtype]
    const start = out.storage.handle + out.offset
    const positions = out.contiguous ? null : positionsOf(out)
    for (let i = 0; i < out.size; i++)
      this.data[positions === null ? start + i : positions[i]!] = round(value(i))
  }
}

/** The n of 2ⁿ ≥ length; empty tensors have a storage too. */
const exponentFor = (length: number): number => Math.ceil(Math.log2(Math.max(length, 1)))

/** Where the elements of a view lie, in row-major order. */
function positionsOf({ storage, shape, strides, offset }: View<number>): readonly number[] {
  let positions = [storage.handle + offset]
  shape.forEach((side, d) => {
    positions = positions.flatMap((start) => Array.from({ length: side }, (_, i) => start + i * strides[d]!))
  })
  return positions
}
