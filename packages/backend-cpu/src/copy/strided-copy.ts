import type { DType } from '@tapegrad/core'
import { FunctionBuilder } from '../assembler/index.ts'
import { convert } from '../convert.ts'
import { elementTypes } from '../element-type.ts'

/** The parameters of kernels that copy a plane: from, to, count and rows; then strides in bytes, of rows first. */
const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

export type PlaneKernel = FunctionBuilder<typeof parameters, readonly []>

/** Copies a plane element by element, with any strides on both sides, from one dtype to another. */
export function stridedCopyKernel(fromType: DType, toType: DType): PlaneKernel {
  const fn: PlaneKernel = new FunctionBuilder(`copy_${fromType}_${toType}`, parameters)
  const [from, to, count, rows, fromRow, fromStride, toRow, toStride] = fn.params
  const [source, target, remaining] = [fn.local('i32'), fn.local('i32'), fn.local('i32')]
  fn.repeat(rows, () => {
    fn.set(source, from).set(target, to).set(remaining, count)
    fn.repeat(remaining, () => {
      fn.get(target).load(elementTypes[fromType].load, source)
      convert(fn, fromType, toType)
      fn.storeStack(elementTypes[toType].store).advance(source, fromStride).advance(target, toStride)
    })
    fn.advance(from, fromRow).advance(to, toRow)
  })
  return fn
}

/** Copies rows of contiguous bytes: `count` bytes a row; the strides along rows are ignored. */
export function rowCopyKernel(): PlaneKernel {
  const fn: PlaneKernel = new FunctionBuilder('copyRows', parameters)
  const [from, to, bytes, rows, fromRow, , toRow] = fn.params
  const [source, target, remaining] = [fn.local('i32'), fn.local('i32'), fn.local('i32')]
  // Below this a call of the host's memmove costs more than what it saves.
  const longRow = 512
  fn.repeat(rows, () => {
    fn.op('i32.ge_u', bytes, longRow).if(
      () => fn.bulk('memory.copy', to, from, bytes),
      () => {
        fn.set(source, from).set(target, to)
        const move = (load: 'v128.load' | 'i32.load' | 'i32.load8_u', size: number) => {
          const store = load === 'v128.load' ? 'v128.store' : load === 'i32.load' ? 'i32.store' : 'i32.store8'
          fn.get(target).load(load, source).storeStack(store).advance(source, size).advance(target, size)
        }
        fn.op('i32.shr_u', bytes, 4).set(remaining)
        fn.repeat(remaining, () => move('v128.load', 16))
        fn.op('i32.shr_u', bytes, 2).op('i32.and', 3).set(remaining)
        fn.repeat(remaining, () => move('i32.load', 4))
        fn.op('i32.and', bytes, 3).set(remaining)
        fn.repeat(remaining, () => move('i32.load8_u', 1))
      },
    )
    fn.advance(from, fromRow).advance(to, toRow)
  })
  return fn
}
