import { ArgumentError, DTypeError, IndexError, ShapeError } from '../errors/index.ts'
import { Tensor } from '../tensor/tensor.ts'
import { checkIndices } from './gather-along.ts'
import { resolveRange, type Selection, type SliceRange } from './range.ts'
import type { Region } from './region.ts'

/** In an index: a new axis of size 1. */
export const newAxis = 'newAxis'

/** In an index: all axes that the other entries do not name. */
export const ellipsis = '...'

/**
 * One entry of an index: a position, which drops its axis (negative ones count from the end); a range
 * `[start, stop, step]`, or null for a whole axis; a tensor of positions; {@link newAxis}; {@link ellipsis}.
 */
export type IndexEntry = number | SliceRange | null | Tensor | typeof newAxis | typeof ellipsis

/** An axis of a tensor whose elements a tensor names. */
interface TensorIndex {
  readonly axis: number
  readonly indices: Tensor
}

/** What an index means for a tensor of some shape. */
export interface IndexPlan {
  /** What positions and ranges select; axes that tensors index are whole. */
  readonly region: Region
  /** The axes that positions drop, ascending. */
  readonly dropped: readonly number[]
  /** The tensors' axes, counted without those that are dropped. */
  readonly tensors: readonly TensorIndex[]
  /** How many axes of ranges lie before those that the tensors make. */
  readonly before: number
  /** Where the new axes lie in the result, ascending, when the tensors make axes of a number. */
  readonly added: (tensorAxes: number) => number[]
}

/** An entry with the axis that it is for. */
type Step =
  | { readonly kind: 'position'; readonly selection: Selection }
  | { readonly kind: 'range'; readonly selection: Selection }
  | { readonly kind: 'tensor'; readonly selection: Selection; readonly indices: Tensor }
  | { readonly kind: 'new' }
  | { readonly kind: 'gap' }

/** Reads an index for a tensor, and throws where it has none such. */
export function planIndex(op: string, x: Tensor, entries: readonly IndexEntry[]): IndexPlan {
  const steps = stepsOf(op, x, entries)
  const selecting = steps.filter((step) => step.kind !== 'new' && step.kind !== 'gap')
  const kept = selecting.filter(({ kind }) => kind !== 'position')
  const made = steps.filter(({ kind }) => kind === 'range' || kind === 'new')
  const first = startOfTensors(steps)
  const leading = steps.slice(0, first)
  const madeBefore = leading.filter(({ kind }) => kind === 'range' || kind === 'new').length
  return {
    region: {
      whole: x.shape,
      begin: selecting.map(({ selection }) => selection.begin),
      step: selecting.map(({ selection }) => selection.step),
      shape: selecting.map(({ selection }) => selection.length),
    },
    dropped: selecting.flatMap(({ kind }, axis) => (kind === 'position' ? [axis] : [])),
    tensors: kept.flatMap((step, axis) => (step.kind === 'tensor' ? [{ axis, indices: step.indices }] : [])),
    before: leading.filter(({ kind }) => kind === 'range').length,
    added: (tensorAxes) =>
      made.flatMap(({ kind }, i) => (kind === 'new' ? [i < madeBefore ? i : i + tensorAxes] : [])),
  }
}

/**
 * The step at whose place the tensors' axes come: that of the first tensor or position where nothing else lies between
 * those, else the first of all.
 */
function startOfTensors(steps: readonly Step[]): number {
  const isPart = ({ kind }: Step): boolean => kind === 'position' || kind === 'tensor'
  if (!steps.some(({ kind }) => kind === 'tensor')) return 0
  const first = steps.findIndex(isPart)
  return steps.slice(first, steps.findLastIndex(isPart)).every(isPart) ? first : 0
}

function stepsOf(op: string, x: Tensor, entries: readonly IndexEntry[]): Step[] {
  if (!Array.isArray(entries)) {
    throw new ArgumentError('the index is not an array', {
      op,
      received: { index: entries },
      hint: `an entry for each axis: ${op}(x, [0, [1, 3], rows])`,
    })
  }
  const rank = x.shape.length
  const named = entries.filter((entry) => entry !== newAxis && entry !== ellipsis).length
  const gaps = entries.filter((entry) => entry === ellipsis).length
  if (gaps > 1) {
    throw new ArgumentError('the index has more than one ellipsis', { op, received: { index: entries } })
  }
  if (named > rank) {
    throw new ShapeError('the index has more entries than the tensor has axes', {
      op,
      received: { x, index: entries },
      expected: `at most ${rank}`,
    })
  }
  const steps: Step[] = []
  let axis = 0
  const skipAxes = (count: number): void => {
    for (const last = axis + count; axis < last; axis++)
      steps.push({ kind: 'range', selection: resolveRange(op, null, x.shape[axis]!, axis) })
  }
  for (const entry of entries as readonly IndexEntry[]) {
    if (entry === newAxis) steps.push({ kind: 'new' })
    else if (entry === ellipsis) {
      steps.push({ kind: 'gap' })
      skipAxes(rank - named)
    } else {
      steps.push(stepAt(op, x, entry, axis))
      axis++
    }
  }
  skipAxes(rank - axis)
  return steps
}

function stepAt(op: string, x: Tensor, entry: number | SliceRange | null | Tensor, axis: number): Step {
  const side = x.shape[axis]!
  const whole = { begin: 0, step: 1, length: side }
  if (typeof entry === 'number')
    return { kind: 'position', selection: { ...whole, begin: positionIn(op, x, entry, axis), length: 1 } }
  if (entry instanceof Tensor) {
    checkTensorIndex(op, x, entry)
    return { kind: 'tensor', selection: whole, indices: entry }
  }
  if (entry === null || Array.isArray(entry))
    return { kind: 'range', selection: resolveRange(op, entry, side, axis) }
  throw new ArgumentError('an entry of the index is of no known kind', {
    op,
    received: { entry, axis },
    expected: 'a whole number, [start, stop, step], null, a tensor of integers, newAxis or ellipsis',
  })
}

function positionIn(op: string, x: Tensor, position: number, axis: number): number {
  const side = x.shape[axis]!
  if (!Number.isInteger(position)) {
    throw new ArgumentError('a position is not a whole number', { op, received: { position, axis } })
  }
  if (position >= -side && position < side) return position < 0 ? position + side : position
  throw new IndexError('a position lies outside its axis', {
    op,
    received: { x, position, axis },
    expected: side === 0 ? 'none: the axis has no elements' : `from ${-side} to ${side - 1}`,
  })
}

function checkTensorIndex(op: string, x: Tensor, indices: Tensor): void {
  if (indices.dtype === 'bool') {
    throw new DTypeError('how many elements a mask selects is not known before it is read', {
      op,
      received: { mask: indices },
      hint: 'await booleanMask(x, mask), or where(mask, x, 0) to keep the shape',
    })
  }
  checkIndices(op, indices, x)
}
