import { FunctionBuilder } from '../assembler/index.ts'

const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/** The function of a product of bytes. */
export type ByteKernel = FunctionBuilder<typeof parameters, readonly []>

/**
 * A product of uint8 matrices modulo 256, element by element.
 *
 * Parameters: a, its row and column steps, b, its row and column steps, c without gaps, m, n, k.
 */
export function byteKernel(): ByteKernel {
  const fn: ByteKernel = new FunctionBuilder('matmulBytes', parameters)
  const [a, aRow, aColumn, b, bRow, bColumn, c, m, n, k] = fn.params
  const columns = fn.local('i32')
  const column = fn.local('i32')
  const terms = fn.local('i32')
  const left = fn.local('i32')
  const right = fn.local('i32')
  const sum = fn.local('i32')
  fn.repeat(m, () => {
    fn.set(columns, n).set(column, b)
    fn.repeat(columns, () => {
      fn.set(sum, 0).set(terms, k).set(left, a).set(right, column)
      fn.repeat(terms, () => {
        fn.load('i32.load8_u', left).load('i32.load8_u', right).op('i32.mul').op('i32.add', sum).set(sum)
        fn.advance(left, aColumn).advance(right, bRow)
      })
      fn.store('i32.store8', c, sum).advance(c, 1).advance(column, bColumn)
    })
    fn.advance(a, aRow)
  })
  return fn
}
