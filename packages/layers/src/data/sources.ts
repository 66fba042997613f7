import {
  ArgumentError,
  keep,
  reshape,
  ShapeError,
  slice,
  Tensor,
  type TensorValues,
  tensor,
  tidy,
} from '@tapegrad/core'
import { mapLeaves } from './elements.ts'

/** Samples along the first axis: a tensor, nested arrays or a typed array. */
export type Column = Tensor | TensorValues

/** A column, or several in a list or an object. */
export type Columns = Column | readonly Column[] | Readonly<Record<string, Column>>

/** A row of columns: a tensor for each. */
export type RowOf<C extends Columns> = C extends Column ? Tensor : { readonly [K in keyof C]: Tensor }

/** What gives the elements of one pass. */
export type ElementSource<T> = Iterable<T> | AsyncIterable<T> | Iterator<T> | AsyncIterator<T>

/** Gives the columns as lists, and puts a list back into their form. */
interface Form {
  readonly columns: readonly Column[]
  restore(row: readonly Tensor[]): unknown
}

export function readColumns(columns: Columns): Form {
  const single: Form = { columns: [columns as Column], restore: ([only]) => only }
  if (columns instanceof Tensor || ArrayBuffer.isView(columns)) return single
  if (Array.isArray(columns)) {
    const several = columns.some((each) => each instanceof Tensor || ArrayBuffer.isView(each))
    return several ? { columns: columns as readonly Column[], restore: (row) => row } : single
  }
  if (typeof columns !== 'object' || columns === null || Object.keys(columns).length === 0) {
    throw new ArgumentError('there are no columns', {
      op: 'Dataset.fromTensorSlices',
      received: { columns },
      expected: 'a tensor, nested arrays or a typed array, or several in a list or an object',
    })
  }
  const keys = Object.keys(columns)
  return {
    columns: Object.values(columns as Readonly<Record<string, Column>>),
    restore: (row) => Object.fromEntries(keys.map((key, i) => [key, row[i]!])),
  }
}

/** The number of rows that all columns have. */
export function countRows(columns: readonly Column[]): number {
  const lengths = columns.map((column) => {
    const length = column instanceof Tensor ? column.shape[0] : (column as ArrayLike<unknown>).length
    if (length !== undefined) return length
    throw new ShapeError('a column is a scalar', {
      op: 'Dataset.fromTensorSlices',
      received: { column },
      expected: 'samples along the first axis',
    })
  })
  if (new Set(lengths).size === 1) return lengths[0]!
  throw new ShapeError('the columns have different lengths', {
    op: 'Dataset.fromTensorSlices',
    received: { lengths },
    expected: 'the same size along the first axis',
  })
}

export async function* tensorSlices({ columns, restore }: Form): AsyncGenerator<unknown> {
  const made: Tensor[] = []
  try {
    const tensors = columns.map((column) => {
      if (column instanceof Tensor) return column
      const values = keep(tensor(column))
      made.push(values)
      return values
    })
    const rows = tensors[0]!.shape[0]!
    for (let i = 0; i < rows; i++) yield restore(tensors.map((column) => rowOf(column, i)))
  } finally {
    for (const values of made) values.dispose()
  }
}

function rowOf(column: Tensor, i: number): Tensor {
  return tidy(() => keep(reshape(slice(column, [[i, i + 1]]), column.shape.slice(1))))
}

/** The items; their tensors stay the user's, and every pass hands out handles of its own. */
export async function* itemsOf<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    yield mapLeaves(item, (leaf) => (leaf instanceof Tensor ? keep(reshape(leaf, leaf.shape)) : leaf)) as T
  }
}

/** The elements of an iterator, which is closed when they are not all wanted. */
export async function* elementsOf<T>(source: ElementSource<T>): AsyncGenerator<T> {
  if (Symbol.asyncIterator in source || Symbol.iterator in source) {
    yield* source as AsyncIterable<T>
    return
  }
  const iterator = source as Iterator<T> | AsyncIterator<T>
  yield* { [Symbol.asyncIterator]: () => iterator as AsyncIterator<T> }
}
