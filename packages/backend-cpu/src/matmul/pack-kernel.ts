import { FunctionBuilder, type Local } from '../assembler/index.ts'
import type { LaneType } from './lane-type.ts'
import { transposeQuads } from './transpose-quads.ts'

const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/** The function that packs panels. */
export type PackKernel = FunctionBuilder<typeof parameters, readonly []>

/**
 * Lays rows or columns of a matrix out in panels of `width`: within a panel, the elements of one k are neighbours.
 *
 * The last panel is as large as the others; what it has too much is never used. Reads less than a panel's width past
 * the end.
 *
 * Parameters: to, from, the number of rows or columns, k, and the steps in bytes from one to the next and along k.
 */
export function packKernel({ bytes }: LaneType, width: number): PackKernel {
  const fn: PackKernel = new FunctionBuilder(`pack${width}`, parameters)
  const [to, from, count, k, across, along] = fn.params
  const [source, taken, remaining] = fn.locals('i32', 3) as [Local<'i32'>, Local<'i32'>, Local<'i32'>]
  const pack = { fn, to, source, remaining, across, along, width }

  fn.loop((again) => {
    fn.set(source, from).set(remaining, k)
    fn.i32(width).get(count).op('i32.ge_s', count, width).select().set(taken)
    fn.op('i32.eq', across, bytes).if(
      () => packNeighbours(pack, bytes),
      () => {
        if (bytes === 4) {
          fn.op('i32.eq', along, 4)
            .op('i32.eq', taken, width)
            .op('i32.and')
            .if(() => packQuads(pack))
        }
        packSingly(pack, taken, bytes)
      },
    )
    fn.get(from).op('i32.mul', across, width).op('i32.add').set(from)
    fn.op('i32.sub', count, width).tee(count).op('i32.gt_s', 0).branchIf(again)
  })
  return fn
}

interface Pack {
  readonly fn: FunctionBuilder
  readonly to: Local<'i32'>
  readonly source: Local<'i32'>
  /** How many k are left. */
  readonly remaining: Local<'i32'>
  readonly across: Local<'i32'>
  readonly along: Local<'i32'>
  readonly width: number
}

/** Elements of one k are neighbours in the source, too. */
function packNeighbours({ fn, to, source, remaining, along, width }: Pack, bytes: number): void {
  const vectors = fn.locals('v128', (width * bytes) / 16)
  fn.repeat(remaining, () => {
    for (const [i, vector] of vectors.entries()) fn.load('v128.load', source, 16 * i).set(vector)
    for (const [i, vector] of vectors.entries()) fn.store('v128.store', to, vector, 16 * i)
    fn.advance(source, along).advance(to, width * bytes)
  })
}

/** Elements along k are neighbours in the source: four k at a time, whose rest stays in `remaining`. */
function packQuads({ fn, to, source, remaining, across, width }: Pack): void {
  const pointers = fn.locals('i32', width)
  const quad = fn.locals('v128', 4)
  const quads = fn.local('i32')
  fn.set(pointers[0]!, source)
  for (let i = 1; i < width; i++) fn.op('i32.add', pointers[i - 1]!, across).set(pointers[i]!)
  fn.op('i32.shr_u', remaining, 2).set(quads)
  fn.op('i32.and', remaining, -4).op('i32.shl', 2).op('i32.add', source).set(source)
  fn.op('i32.and', remaining, 3).set(remaining)
  fn.repeat(quads, () => {
    for (let first = 0; first < width; first += 4) {
      for (const [i, vector] of quad.entries()) fn.load('v128.load', pointers[first + i]!).set(vector)
      for (const [i, vector] of transposeQuads(fn, quad).entries()) {
        fn.store('v128.store', to, vector, 4 * (first + i * width))
      }
    }
    for (const pointer of pointers) fn.advance(pointer, 16)
    fn.advance(to, 16 * width)
  })
}

function packSingly(
  { fn, to, source, remaining, across, along, width }: Pack,
  taken: Local<'i32'>,
  bytes: 4 | 8,
): void {
  const [element, target, left] = fn.locals('i32', 3) as [Local<'i32'>, Local<'i32'>, Local<'i32'>]
  fn.repeat(remaining, () => {
    fn.set(element, source).set(target, to).set(left, taken)
    fn.repeat(left, () => {
      if (bytes === 4) fn.get(target).load('i32.load', element).storeStack('i32.store')
      else fn.get(target).load('i64.load', element).storeStack('i64.store')
      fn.advance(element, across).advance(target, bytes)
    })
    fn.advance(source, along).advance(to, width * bytes)
  })
}
