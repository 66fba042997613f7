import { FunctionBuilder } from '../assembler/index.ts'
import { addProduct, type LaneType } from './lane-type.ts'

const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/** The function of a small product. */
export type SmallKernel = FunctionBuilder<typeof parameters, readonly []>

/**
 * A product of float32 matrices so small that to decide how to block it would take longer than to compute it.
 *
 * Four columns at a time; each element is the sum over k in ascending order, as that of blocks.
 *
 * Parameters: a, its row and column steps in bytes, b, its row and column steps, c without gaps, m, n / 4, k.
 *
 * @param hasRows Whether the elements of B's rows are neighbours.
 */
export function smallKernel(type: LaneType, hasRows: boolean): SmallKernel {
  const fn: SmallKernel = new FunctionBuilder(`matmulSmall${hasRows ? 'Rows' : 'Columns'}`, parameters)
  const [a, aRow, aColumn, b, bRow, bColumn, c, m, quads, k] = fn.params
  const columns = fn.local('i32')
  const column = fn.local('i32')
  const terms = fn.local('i32')
  const left = fn.local('i32')
  const right = fn.local('i32')
  const element = fn.local('i32')
  const quad = fn.local('v128')
  const factor = fn.local('v128')
  const sum = fn.local('v128')
  fn.repeat(m, () => {
    fn.set(columns, quads).set(column, b)
    fn.repeat(columns, () => {
      fn.v128('f32x4', 0).set(sum).set(terms, k).set(left, a).set(right, column)
      fn.repeat(terms, () => {
        if (hasRows) fn.load('v128.load', right).set(quad)
        else {
          fn.load('v128.load32_splat', right).set(quad).set(element, right)
          for (const lane of [1, 2, 3]) {
            fn.advance(element, bColumn).loadLane('v128.load32_lane', lane, element, quad).set(quad)
          }
        }
        fn.load('v128.load32_splat', left).set(factor)
        addProduct(fn, type, sum, factor, quad)
        fn.advance(left, aColumn).advance(right, bRow)
      })
      fn.store('v128.store', c, sum).advance(c, 16)
      if (hasRows) fn.advance(column, 16)
      else fn.get(column).op('i32.mul', bColumn, 4).op('i32.add').set(column)
    })
    fn.advance(a, aRow)
  })
  return fn
}
