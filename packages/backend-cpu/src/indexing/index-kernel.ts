import { type Exported, FunctionBuilder, type Local } from '../assembler/index.ts'
import type { Loops } from './loops.ts'

// biome-ignore format: addresses, three loops, a row.
const parameters = [
  'i32', 'i32', 'i32',
  'i32', 'i32', 'i32', 'i32',
  'i32', 'i32', 'i32', 'i32',
  'i32', 'i32', 'i32', 'i32',
  'i32',
] as const

/**
 * The function of three loops over an index, over elements in its shape, and over others that it selects from.
 *
 * Parameters, steps in bytes: the addresses of the index, the elements and the selectable ones; for each loop (outside
 * the axis, along it, inside it) its size and the three steps, where along the axis the third is from one selectable
 * element to the next; the length of a row.
 */
export type IndexKernel = FunctionBuilder<typeof parameters, readonly []>

/** Makes such a function; `body` gets the addresses of an element (or row) and of the one that its index selects. */
export function indexKernel(
  name: string,
  body: (fn: IndexKernel, element: Local<'i32'>, selected: Local<'i32'>) => void,
): IndexKernel {
  const fn: IndexKernel = new FunctionBuilder(name, parameters)
  const [index, element, selectable, ...loops] = fn.params
  const [outer, outerIndex, outerElement, outerSelectable, along, alongIndex, alongElement, step] = loops
  const [inner, innerIndex, innerElement, innerSelectable] = loops.slice(8) as Local<'i32'>[]
  const selected = fn.local('i32')

  /** Runs `work` with pointers of its own that move on after each round. */
  const nest = (
    size: Local<'i32'>,
    pointers: readonly Local<'i32'>[],
    steps: readonly (Local<'i32'> | number)[],
    work: (pointers: readonly Local<'i32'>[]) => void,
  ) => {
    const count = fn.local('i32')
    const moving = fn.locals('i32', pointers.length)
    fn.set(count, size)
    for (const [i, pointer] of moving.entries()) fn.set(pointer, pointers[i]!)
    fn.repeat(count, () => {
      work(moving)
      for (const [i, pointer] of moving.entries()) fn.advance(pointer, steps[i]!)
    })
  }

  nest(outer, [index, element, selectable], [outerIndex, outerElement, outerSelectable], (outside) => {
    nest(along, outside, [alongIndex, alongElement, 0], (on) => {
      nest(inner!, on, [innerIndex!, innerElement!, innerSelectable!], ([position, target, source]) => {
        fn.load('i32.load', position!).op('i32.mul', step).op('i32.add', source!).set(selected)
        body(fn, target!, selected)
      })
    })
  })
  return fn
}

/** The parameter that says how long a row is. */
export function rowLengthOf(fn: IndexKernel): Local<'i32'> {
  return fn.params[15]
}

/** Runs such a function over loops of the index, the elements and the selectable ones. */
export function runLoops(run: Exported<IndexKernel>, loops: Loops, rowLength: number): void {
  const { outer, along, inner, starts } = loops
  for (const addresses of starts) {
    // biome-ignore format: addresses, three loops, a row.
    run(
      ...addresses,
      outer.size, ...outer.steps,
      along.size, ...along.steps,
      inner.size, ...inner.steps,
      rowLength,
    )
  }
}
