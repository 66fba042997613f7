import { type Exported, FunctionBuilder, type Local } from '../assembler/index.ts'
import { elementTypes } from '../element-type.ts'
import { addressOf, type CpuView } from '../views.ts'

// biome-ignore format: addresses, sizes, steps from one element of a line to the next, and from one plane to the next.
const parameters = [
  'i32', 'i32',
  'i32', 'i32', 'i32',
  'i32', 'i32',
  'i32', 'i32',
] as const

/** The function of lines along the middle of three axes, of an input and a result. Steps are in bytes. */
export type WalkKernel = FunctionBuilder<typeof parameters, readonly []>

/** What is done along some lines that lie side by side. */
export interface Walker {
  readonly lines: number
  /** Emits what comes before the first element. */
  begin(): void
  /** Emits what is done with the elements at an address of the input and one of the result. */
  visit(x: Local<'i32'>, out: Local<'i32'>): void
}

/** Makes such a function for elements of some bytes. The walkers take ever fewer lines at once, the last one a single one. */
export function walkKernel(
  name: string,
  bytes: { readonly x: number; readonly out: number },
  makeWalkers: (fn: FunctionBuilder) => readonly Walker[],
): WalkKernel {
  const fn: WalkKernel = new FunctionBuilder(name, parameters)
  const [x, out, outer, length, inner, stepX, stepOut, planeX, planeOut] = fn.params
  const [lineX, lineOut, atX, atOut] = [fn.local('i32'), fn.local('i32'), fn.local('i32'), fn.local('i32')]
  const [left, blocks, steps] = [fn.local('i32'), fn.local('i32'), fn.local('i32')]
  const walkers = makeWalkers(fn)
  fn.repeat(outer, () => {
    fn.set(lineX, x).set(lineOut, out).set(left, inner)
    for (const { lines, begin, visit } of walkers) {
      fn.op('i32.div_u', left, lines).set(blocks)
      fn.op('i32.rem_u', left, lines).set(left)
      fn.repeat(blocks, () => {
        begin()
        fn.set(atX, lineX).set(atOut, lineOut).set(steps, length)
        fn.repeat(steps, () => {
          visit(atX, atOut)
          fn.advance(atX, stepX).advance(atOut, stepOut)
        })
        fn.advance(lineX, lines * bytes.x).advance(lineOut, lines * bytes.out)
      })
    }
    fn.advance(x, planeX).advance(out, planeOut)
  })
  return fn
}

/** Runs such a function along an axis of contiguous views, from either end. */
export function runWalk(
  run: Exported<WalkKernel>,
  x: CpuView,
  out: CpuView,
  axis: number,
  reverse: boolean,
): void {
  const length = x.shape[axis]!
  const inner = x.shape.slice(axis + 1).reduce((product, side) => product * side, 1)
  const [rowX, rowOut] = [inner * elementTypes[x.dtype].bytes, inner * elementTypes[out.dtype].bytes]
  const [first, sign] = reverse ? [length - 1, -1] : [0, 1]
  // biome-ignore format: as the parameters.
  run(
    addressOf(x) + first * rowX, addressOf(out) + first * rowOut,
    x.size / length / inner, length, inner,
    sign * rowX, sign * rowOut,
    length * rowX, length * rowOut,
  )
}
