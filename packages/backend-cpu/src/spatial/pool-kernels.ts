import { FunctionBuilder } from '../assembler/index.ts'
import { calculate, type FloatType, load, store } from './float-type.ts'

const divideParameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/** The function that divides rows of sums. */
export type DivideKernel = FunctionBuilder<typeof divideParameters, readonly []>

/**
 * Divides what belongs to each output of a row by how many elements of its window lie in the input.
 *
 * Parameters: from, to, how many outputs, which element of the input's row the first window begins with, stride, how
 * many elements the row has and the window has along it, how many rows the windows have in the input, how many channels.
 */
export function divideKernel(type: FloatType): DivideKernel {
  const fn: DivideKernel = new FunctionBuilder('divideByCount', divideParameters)
  const [from, to, outputs, first, stride, width, window, rows, channels] = fn.params
  const [begin, end, rest, blocks] = [fn.local('i32'), fn.local('i32'), fn.local('i32'), fn.local('i32')]
  const count = fn.local(type.scalar)
  const counts = fn.local('v128')
  fn.repeat(outputs, () => {
    fn.get(first).i32(0).op('i32.gt_s', first, 0).select().set(begin)
    fn.op('i32.add', first, window).set(end)
    fn.get(end).get(width).op('i32.lt_s', end, width).select().set(end)
    fn.op('i32.sub', end, begin).op('i32.mul', rows).op(`${type.scalar}.convert_i32_s`).set(count)
    fn.get(count).op(`${type.vector}.splat`).set(counts)
    fn.set(rest, channels)
    for (const lanes of type.lanes) {
      fn.op('i32.div_u', rest, lanes).set(blocks)
      fn.op('i32.rem_u', rest, lanes).set(rest)
      fn.repeat(blocks, () => {
        fn.get(to)
        load(fn, type, from, lanes)
        fn.get(lanes > 1 ? counts : count)
        calculate(fn, type, 'div', lanes)
        store(fn, type, lanes)
        fn.advance(from, lanes * type.bytes).advance(to, lanes * type.bytes)
      })
    }
    fn.advance(first, stride)
  })
  return fn
}

const scatterParameters = ['i32', 'i32', 'i32', 'i32'] as const

/** The function that adds elements at addresses. */
export type ScatterKernel = FunctionBuilder<typeof scatterParameters, readonly []>

/**
 * Adds each element to the one at its address, moved by some bytes.
 *
 * Parameters: the elements, their addresses, each as far from the next as elements are, how many there are; then how far
 * addresses are moved.
 */
export function scatterKernel(type: FloatType): ScatterKernel {
  const fn: ScatterKernel = new FunctionBuilder('addAtAddresses', scatterParameters)
  const [from, addresses, count, moved] = fn.params
  const to = fn.local('i32')
  fn.repeat(count, () => {
    fn.load('i32.load', addresses).op('i32.add', moved).set(to)
    fn.get(to)
    load(fn, type, to, 1)
    load(fn, type, from, 1)
    calculate(fn, type, 'add', 1)
    store(fn, type, 1)
    fn.advance(from, type.bytes).advance(addresses, type.bytes)
  })
  return fn
}
