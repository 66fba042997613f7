import { type ArgReduceOp, type ReduceOp, rowMajorStrides, sizeOf, type View } from '@tapegrad/core'
import type { DeviceQueue } from '../device/device-queue.ts'
import type { GpuHandle, Slot } from '../device/slot.ts'
import { type ElementKind, kindOf, wrapped } from './element-kind.ts'
import {
  type Form,
  indices,
  integer,
  place,
  placeNames,
  position,
  sizeNames,
  sizes,
  stridedForm,
} from './indexing.ts'
import { kernel } from './kernel.ts'
import { blocks } from './sum-blocks.ts'

/** The most elements that one thread reads: some drivers stop a thread that loops for longer. */
const longestPart = 4096
/** With fewer results than this, the work is cut into parts that run at once. */
const manyThreads = 2048
/** An array seen as lines: one for each index of `shape`, each of `length` elements that lie `step` apart. */
interface Lines {
  readonly slot: Slot
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
  readonly length: number
  readonly step: number
}

/** How lines are cut: `count` parts of `length` elements, of which the last may be shorter. */
interface Parts {
  readonly length: number
  readonly count: number
}

function linesOf({ storage, shape, strides, offset }: View<GpuHandle>, axis: number): Lines {
  return {
    slot: storage,
    shape: shape.toSpliced(axis, 1),
    strides: strides.toSpliced(axis, 1),
    offset,
    length: shape[axis]!,
    step: strides[axis]!,
  }
}

/** Lines of rows that lie one after the other. */
function rows(slot: Slot, count: number, length: number): Lines {
  return { slot, shape: [count], strides: [length], offset: 0, length, step: 1 }
}

function partsOf({ length, shape }: Lines): Parts {
  const results = sizeOf(shape)
  const inParallel = results < manyThreads ? Math.max(128, Math.ceil(Math.sqrt(length))) : longestPart
  const part = Math.min(length, inParallel, longestPart)
  return { length: part, count: Math.ceil(length / part) }
}

/** out = the reduction of x along `axis`. */
export function reduce(
  queue: DeviceQueue,
  op: ReduceOp,
  x: View<GpuHandle>,
  axis: number,
  out: View<GpuHandle>,
): void {
  reduceLines(queue, op, kindOf(x.dtype), linesOf(x, axis), out.storage)
}

/** Reduces lines to one element each; long ones part by part to shorter lines first. */
function reduceLines(queue: DeviceQueue, op: ReduceOp, kind: ElementKind, x: Lines, out: Slot): void {
  const parts = partsOf(x)
  if (parts.count === 1) {
    launchReduction(queue, op, kind, x, parts, out)
    return
  }
  const count = sizeOf(x.shape)
  const partial = queue.temporary(count * parts.count)
  launchReduction(queue, op, kind, x, parts, partial)
  reduceLines(queue, op, kind, rows(partial, count, parts.count), out)
  queue.free(partial)
}

/** out[line, part] = the reduction of one part of one line. */
function launchReduction(
  queue: DeviceQueue,
  op: ReduceOp,
  kind: ElementKind,
  x: Lines,
  parts: Parts,
  out: Slot,
): void {
  const form = partForm(x)
  queue.launch({
    op,
    source: kernel(`${op} of ${kind}, ${form.name}`, () => ({
      arrays: ['xs'],
      integers: ['length', 'part', 'step', ...sizeNames(form), ...placeNames('x', form)],
      floats: [],
      body: `${startOfPart(form)}
        ${reductionLoops[op](kind)}`,
    })),
    inputs: [x.slot],
    integers: [...partArguments(x, parts, form), ...partPlace(x, parts, form)],
    floats: [],
    out,
  })
}

const extreme = (combine: string): string => `
  let s = xs[at];
  for (let j = 1; j < count; j++) { s = ${combine}(s, xs[at + j * step]); }
  return s;`

/** From `at`, the place of the first of `count` elements, `step` apart, to their reduction. */
const reductionLoops: Readonly<Record<ReduceOp, (kind: ElementKind) => string>> = {
  sum: (kind) => `
    let s = 0;
    ${blocks('t = t + xs[at + j * step];', kind)}
    return s;`,
  prod: (kind) => `
    let s = 1;
    for (let j = 0; j < count; j++) { s = ${wrapped('s * xs[at + j * step]', kind)}; }
    return s;`,
  max: () => extreme('larger'),
  min: () => extreme('smaller'),
}

/** Lines × parts; the last index is the part's. */
function partForm({ shape }: Lines): Form {
  return stridedForm(shape.length + 1)
}

/** Statements that set `at` and `count` for the part of this thread. */
function startOfPart(form: Form): string {
  return `${indices(form)}
    ${integer('first', `i${form.rank - 1} * part`)}
    ${integer('count', 'length - first')}
    if (count > part) { count = part; }
    ${integer('at', position('x', form))}`
}

/** What `startOfPart` reads, but for the array's place. */
function partArguments({ shape, length, step }: Lines, parts: Parts, form: Form): number[] {
  return [length, parts.length, step, ...sizes([...shape, parts.count], form)]
}

function partPlace({ offset, strides, step }: Lines, { length }: Parts, form: Form): number[] {
  return place({ offset, strides: [...strides, step * length] }, form)
}

/** out = the positions of the extremes of x along `axis`. */
export function argReduce(
  queue: DeviceQueue,
  op: ArgReduceOp,
  x: View<GpuHandle>,
  axis: number,
  out: View<GpuHandle>,
): void {
  const lines = linesOf(x, axis)
  const count = sizeOf(lines.shape)
  let parts = partsOf(lines)
  let best = parts.count === 1 ? out.storage : queue.temporary(count * parts.count)
  launchPositions(queue, op, lines, parts, best)
  // The best of each part compete in lines that get shorter.
  while (parts.count > 1) {
    const candidates = rows(best, count, parts.count)
    parts = partsOf(candidates)
    const better = parts.count === 1 ? out.storage : queue.temporary(count * parts.count)
    launchBestOf(queue, op, lines, candidates, parts, better)
    queue.free(best)
    best = better
  }
}

/** Statements that keep in `best` the position `k` if its element `v` beats `s`: the first NaN wins, then the first extreme. */
const compete = (op: ArgReduceOp): string => `
  if (isNaN1(s) < 1) { if (v ${op === 'max' ? '>' : '<'} s || isNaN1(v) > 0) { s = v; best = k; } }`

/** out[line, part] = the position in the line of the extreme of the part. */
function launchPositions(queue: DeviceQueue, op: ArgReduceOp, x: Lines, parts: Parts, out: Slot): void {
  const form = partForm(x)
  queue.launch({
    op: `arg ${op}`,
    source: kernel(`arg ${op}, ${form.name}`, () => ({
      arrays: ['xs'],
      integers: ['length', 'part', 'step', ...sizeNames(form), ...placeNames('x', form)],
      floats: [],
      body: `${startOfPart(form)}
        let s = xs[at];
        ${integer('best', 'first')}
        for (let j = 1; j < count; j++) {
          const v = xs[at + j * step];
          ${integer('k', 'first + j')}
          ${compete(op)}
        }
        return best;`,
    })),
    inputs: [x.slot],
    integers: [...partArguments(x, parts, form), ...partPlace(x, parts, form)],
    floats: [],
    out,
  })
}

/** out[line, part] = the best of the positions in one part of a line of candidates. */
function launchBestOf(
  queue: DeviceQueue,
  op: ArgReduceOp,
  x: Lines,
  candidates: Lines,
  parts: Parts,
  out: Slot,
): void {
  const form = partForm(x)
  const inRows = [...rowMajorStrides(x.shape).map((stride) => stride * candidates.length), parts.length]
  queue.launch({
    op: `arg ${op}`,
    source: kernel(`best arg ${op}, ${form.name}`, () => ({
      arrays: ['xs', 'candidates'],
      integers: [
        'length',
        'part',
        'step',
        ...sizeNames(form),
        ...placeNames('x', form),
        ...placeNames('c', form),
      ],
      floats: [],
      body: `${startOfPart(form)}
        ${integer('from', position('c', form))}
        ${integer('best', 'wholeOf(candidates[from])')}
        let s = xs[at + best * step];
        for (let j = 1; j < count; j++) {
          ${integer('k', 'wholeOf(candidates[from + j])')}
          const v = xs[at + k * step];
          ${compete(op)}
        }
        return best;`,
    })),
    inputs: [x.slot, candidates.slot],
    integers: [
      ...[candidates.length, parts.length, x.step],
      ...sizes([...x.shape, parts.count], form),
      ...place({ offset: x.offset, strides: [...x.strides, 0] }, form),
      ...place({ offset: 0, strides: inRows }, form),
    ],
    floats: [],
    out,
  })
}
