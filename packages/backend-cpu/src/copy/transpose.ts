import { FunctionBuilder, type Local } from '../assembler/index.ts'
import { transposeQuads } from '../matmul/transpose-quads.ts'
import type { PlaneKernel } from './strided-copy.ts'

/**
 * Copies a plane of 4-byte elements whose columns are contiguous at the source and whose rows are at the target.
 *
 * Parameters as of `stridedCopyKernel`, where `count` and `rows` are multiples of 4: tiles of 4×4 go through
 * registers. Each pass takes 16 rows, which is one cache line of every source column.
 */
export function transposeKernel(): PlaneKernel {
  const i32 = 'i32'
  const fn: PlaneKernel = new FunctionBuilder('transpose', [i32, i32, i32, i32, i32, i32, i32, i32])
  const [from, to, count, rows, , fromStride, toRow] = fn.params
  const local = (): Local<'i32'> => fn.local('i32')
  const [sources, targets, source, target] = [local(), local(), local(), local()]
  const [column, row, height, address] = [local(), local(), local(), local()]
  const tile = fn.locals('v128', 4)
  const band = 16
  fn.loop((again) => {
    fn.get(rows).i32(band).op('i32.lt_u', rows, band).select().set(height)
    fn.set(sources, from).set(targets, to)
    fn.forRange(column, 0, count, 4, () => {
      fn.set(source, sources).set(target, targets)
      fn.forRange(row, 0, height, 4, () => {
        fn.set(address, source)
        for (const vector of tile) fn.load('v128.load', address).set(vector).advance(address, fromStride)
        for (const vector of transposeQuads(fn, tile)) {
          fn.store('v128.store', target, vector).advance(target, toRow)
        }
        fn.advance(source, 16)
      })
      fn.op('i32.shl', fromStride, 2).op('i32.add', sources).set(sources).advance(targets, 16)
    })
    fn.advance(from, 4 * band)
    fn.op('i32.mul', toRow, band).op('i32.add', to).set(to)
    fn.op('i32.sub', rows, height).tee(rows).branchIf(again)
  })
  return fn
}
