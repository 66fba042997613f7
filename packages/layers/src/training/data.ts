import {
  ArgumentError,
  type Backend,
  gather,
  keep,
  ShapeError,
  slice,
  Tensor,
  type TensorValues,
  tensor,
  UnsupportedError,
} from '@tapegrad/core'

/** Samples along the first axis: a tensor, nested arrays or a typed array. */
export type DataValues = Tensor | TensorValues

/** What a training, test or prediction step works on. */
export interface Batch {
  readonly x: Tensor
  readonly y: Tensor | null
  readonly sampleWeight: Tensor | null
  /** The number of samples. */
  readonly size: number
}

/** Samples, targets and weights as tensors of one length. */
export interface Dataset {
  readonly x: Tensor
  readonly y: Tensor | null
  readonly sampleWeight: Tensor | null
  readonly length: number
  /** Disposes what was made here; tensors of the user's stay. */
  dispose(): void
}

interface DataSource {
  readonly x: DataValues
  readonly y?: DataValues | null | undefined
  readonly sampleWeight?: DataValues | null | undefined
}

/**
 * Turns the data that a user passed into tensors.
 *
 * @throws {@link ShapeError} where the numbers of samples differ, {@link UnsupportedError} for iterables.
 */
export function makeDataset(op: string, { x, y, sampleWeight }: DataSource, backend: Backend): Dataset {
  const owned: Tensor[] = []
  const convert = (name: string, values: DataValues): Tensor => {
    checkValues(op, name, values)
    const made = values instanceof Tensor ? values : keep(tensor(values, { backend }))
    if (made !== values) owned.push(made)
    if (made.rank > 0) return made
    throw new ShapeError(`${name} is a scalar`, {
      op,
      received: { [name]: made },
      expected: 'samples along the first axis',
    })
  }
  const dispose = (): void => {
    for (const made of owned) made.dispose()
  }
  try {
    const columns = {
      x: convert('x', x),
      y: y === undefined || y === null ? null : convert('y', y),
      sampleWeight:
        sampleWeight === undefined || sampleWeight === null ? null : convert('sampleWeight', sampleWeight),
    }
    return { ...columns, length: commonLength(op, columns), dispose }
  } catch (error) {
    dispose()
    throw error
  }
}

/** The samples from `start` to `stop`: rows of the data, or of the data in the given order. */
export function takeBatch(data: Dataset, start: number, stop: number, order: Tensor | null): Batch {
  const rows = order === null ? null : slice(order, [[start, stop]])
  const take = (column: Tensor): Tensor =>
    rows === null ? slice(column, [[start, stop]]) : gather(column, rows)
  return {
    x: take(data.x),
    y: data.y === null ? null : take(data.y),
    sampleWeight: data.sampleWeight === null ? null : take(data.sampleWeight),
    size: stop - start,
  }
}

/** The first part of the data, and the last `fraction`, as views. */
export function splitDataset(
  op: string,
  data: Dataset,
  fraction: number,
): [train: Dataset, validation: Dataset] {
  if (!(fraction > 0 && fraction < 1)) {
    throw new ArgumentError('validationSplit is not a fraction', {
      op,
      received: { validationSplit: fraction },
      expected: 'a number between 0 and 1',
    })
  }
  const border = Math.floor(data.length * (1 - fraction))
  if (border === 0 || border === data.length) {
    throw new ArgumentError('validationSplit leaves no samples on one side', {
      op,
      received: { samples: data.length, validationSplit: fraction },
      hint: 'choose another fraction, or pass validationData',
    })
  }
  return [viewOf(data, 0, border), viewOf(data, border, data.length)]
}

function viewOf(data: Dataset, start: number, stop: number): Dataset {
  const view = (column: Tensor | null): Tensor | null => column && keep(slice(column, [[start, stop]]))
  const [x, y, sampleWeight] = [view(data.x)!, view(data.y), view(data.sampleWeight)]
  const dispose = (): void => {
    for (const column of [x, y, sampleWeight]) column?.dispose()
  }
  return { x, y, sampleWeight, length: stop - start, dispose }
}

function commonLength(op: string, columns: Readonly<Record<string, Tensor | null>>): number {
  const lengths = Object.entries(columns).flatMap(([name, column]) =>
    column === null ? [] : [[name, column.shape[0]!] as const],
  )
  const length = lengths[0]![1]
  if (lengths.some(([, other]) => other !== length)) {
    throw new ShapeError('the numbers of samples differ', {
      op,
      received: Object.fromEntries(lengths),
      expected: 'the same size along the first axis',
    })
  }
  if (length === 0) throw new ArgumentError('there are no samples', { op, received: columns })
  return length
}

function checkValues(op: string, name: string, values: unknown): void {
  if (values instanceof Tensor || ArrayBuffer.isView(values) || typeof values === 'number') return
  if (Array.isArray(values)) {
    if (!values.some((entry) => entry instanceof Tensor)) return
    throw new UnsupportedError(`${name} is a list of tensors`, {
      op,
      received: { [name]: values },
      expected: 'one tensor with the samples along its first axis',
      hint: 'stack() or concat() them',
    })
  }
  if (typeof values === 'object' && values !== null) {
    if (Symbol.asyncIterator in values || Symbol.iterator in values || 'next' in values) {
      throw new UnsupportedError(`${name} is an iterable`, {
        op,
        received: { [name]: values },
        expected: 'a tensor, nested arrays or a typed array',
        hint: 'collect the samples first, or call trainOnBatch in a loop over it',
      })
    }
  }
  throw new ArgumentError(`${name} is not data`, {
    op,
    received: { [name]: values },
    expected: 'a tensor, nested arrays or a typed array',
  })
}
