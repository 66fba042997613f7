import { IndexError } from '@tapegrad/core'
import { compile, type Exported, FunctionBuilder } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'

const parameters = ['i32', 'i32', 'i32', 'i32'] as const

type SearchKernel = FunctionBuilder<typeof parameters, readonly ['i32']>

/** Throws where an index lies outside an axis of `length` elements; the axis is named in the error. */
export type CheckIndices = (op: string, index: CpuView, length: number, axis: number) => void

/** Makes the check that runs before anything is written. */
export function makeCheckIndices(memory: WasmMemory): CheckIndices {
  let search: Exported<SearchKernel> | undefined
  return (op, index, length, axis) => {
    search ??= compile({ search: searchKernel() }, memory.memory).search
    const dimensions = walksOf(index)
    const last = dimensions.pop() ?? { size: 1, stride: 0 }
    let starts = [addressOf(index)]
    for (const { size, stride } of dimensions) {
      starts = starts.flatMap((start) => Array.from({ length: size }, (_, i) => start + 4 * i * stride))
    }
    for (const start of starts) {
      const found = search(start, last.size, 4 * last.stride, length)
      if (found !== 0) throw outside(op, memory.i32[found >>> 2]!, length, axis)
    }
  }
}

/** What one stride walks. */
interface Walk {
  readonly size: number
  readonly stride: number
}

/** The dimensions in which an index does not repeat, those together that one stride walks: often all of them. */
function walksOf({ shape, strides }: CpuView): Walk[] {
  const walks: Walk[] = []
  shape.forEach((size, i) => {
    const stride = strides[i]!
    if (size === 1 || stride === 0) return
    const before = walks.at(-1)
    if (before?.stride === size * stride) walks[walks.length - 1] = { size: before.size * size, stride }
    else walks.push({ size, stride })
  })
  return walks
}

/**
 * The address of the first index that lies outside, or 0.
 *
 * Parameters: the address of the first, how many, the step in bytes, the length of the axis.
 */
function searchKernel(): SearchKernel {
  const fn: SearchKernel = new FunctionBuilder('findOutside', parameters, ['i32'])
  const [address, count, step, length] = fn.params
  fn.repeat(count, () => {
    fn.load('i32.load', address)
      .op('i32.ge_u', length)
      .if(() => fn.get(address).return())
    fn.advance(address, step)
  })
  return fn.i32(0)
}

function outside(op: string, index: number, length: number, axis: number): IndexError {
  return new IndexError('an index lies outside the axis', {
    op,
    received: { index, axis },
    expected: `an integer from 0 to ${length - 1}`,
  })
}
