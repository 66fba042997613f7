import { FunctionBuilder } from '../assembler/index.ts'
import { elementTypes } from '../element-type.ts'
import { keyTypes, pushKey, type SortType } from './key-type.ts'
import { countsBytes, insertionSort, longestInserted, radixSort } from './line-sorts.ts'

const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/**
 * The function that finds the positions which sort lines along the middle of three axes.
 *
 * Parameters: the addresses of the elements and of the int32 positions, the sizes of the axes, the address of the
 * workspace, and −1 for a descending order, else 0.
 */
export type SortKernel = FunctionBuilder<typeof parameters, readonly []>

/** The bytes of the workspace for lines of a length: keys and positions, twice, and counts. */
export function workspaceBytes(dtype: SortType, length: number): number {
  const key = keyTypes[dtype]
  return 2 * length * (key.bytes + 4) + countsBytes(key)
}

/** Makes such a function. Keys of a descending order are turned over, so that equal elements stay in order. */
export function sortKernel(dtype: SortType): SortKernel {
  const key = keyTypes[dtype]
  const { bytes } = elementTypes[dtype]
  const fn: SortKernel = new FunctionBuilder('sortLines', parameters)
  const [x, out, outer, length, inner, workspace, turn] = fn.params
  const [otherKeys, positions, otherPositions, counts] = fn.locals('i32', 4)
  const [columns, stepX, stepOut, sorted] = fn.locals('i32', 4)
  const [from, to, keyAt, positionAt, steps, i] = fn.locals('i32', 6)
  const keys = workspace
  fn.op('i32.mul', length, key.bytes).op('i32.add', keys).set(otherKeys!)
  fn.op('i32.mul', length, key.bytes).op('i32.add', otherKeys!).set(positions!)
  fn.op('i32.shl', length, 2).op('i32.add', positions!).set(otherPositions!)
  fn.op('i32.shl', length, 2).op('i32.add', otherPositions!).set(counts!)
  fn.op('i32.mul', inner, bytes).set(stepX!).op('i32.shl', inner, 2).set(stepOut!)

  const readLine = () => {
    fn.set(from!, x).set(keyAt!, keys).set(positionAt!, positions!).set(i!, 0).set(steps!, length)
    fn.repeat(steps!, () => {
      fn.get(keyAt!)
      pushKey(fn, dtype, from!)
      fn.get(turn)
      if (key.type === 'i64') fn.op('i64.extend_i32_s')
      fn.op(`${key.type}.xor`).storeStack(key.store)
      fn.store('i32.store', positionAt!, i!)
      fn.advance(from!, stepX!).advance(keyAt!, key.bytes).advance(positionAt!, 4).advance(i!, 1)
    })
  }
  const sortLine = () => {
    fn.op('i32.le_u', length, longestInserted).if(
      () => fn.call(insertionSort(key), keys, positions!, length).get(positions!),
      () => fn.call(radixSort(key), keys, positions!, otherKeys!, otherPositions!, counts!, length),
      'i32',
    )
    fn.set(sorted!)
  }
  const writeLine = () => {
    fn.set(to!, out).set(steps!, length)
    fn.repeat(steps!, () => {
      fn.get(to!).load('i32.load', sorted!).storeStack('i32.store')
      fn.advance(to!, stepOut!).advance(sorted!, 4)
    })
  }

  fn.repeat(outer, () => {
    fn.set(columns!, inner).repeat(columns!, () => {
      readLine()
      sortLine()
      writeLine()
      fn.advance(x, bytes).advance(out, 4)
    })
    // From the end of the first row to the first row of what comes next.
    fn.get(x).op('i32.sub', length, 1).op('i32.mul', stepX!).op('i32.add').set(x)
    fn.get(out).op('i32.sub', length, 1).op('i32.mul', stepOut!).op('i32.add').set(out)
  })
  return fn
}
