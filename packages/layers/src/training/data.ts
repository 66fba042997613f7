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
import type { Tensors } from '../engine/symbolic-tensor.ts'
import type { AnyBatch } from './batch.ts'

/** Samples along the first axis: a tensor, nested arrays or a typed array. */
export type DataValues = Tensor | TensorValues

/** Samples of one input or output, or a list for several. */
export type SamplesOf<T extends Tensors> = T extends Tensor ? DataValues : readonly DataValues[]

/** The weights of samples, or a list of them, one for each output. */
export type WeightValues = DataValues | readonly (DataValues | null)[]

type Weights = Tensor | readonly (Tensor | null)[] | null

/** Samples, targets and weights as tensors of one length. */
export interface Samples {
  readonly x: Tensors
  readonly y: Tensors | null
  readonly sampleWeight: Weights
  readonly length: number
  /** Disposes what was made here; tensors of the user's stay. */
  dispose(): void
}

export interface SamplesSource {
  readonly x: DataValues | readonly DataValues[]
  readonly y?: DataValues | readonly DataValues[] | null | undefined
  readonly sampleWeight?: WeightValues | null | undefined
}

/** Which of the data are lists with an entry for each input or output, whatever the entries look like. */
export interface Listing {
  readonly x: boolean
  readonly y: boolean
}

/** Turns what came into tensors: a list becomes a list. */
type Convert = (name: string, values: DataValues) => Tensor

/**
 * Turns the data that a user passed into tensors.
 *
 * @throws {@link ShapeError} where the numbers of samples differ.
 */
export function makeSamples(op: string, source: SamplesSource, backend: Backend, listing: Listing): Samples {
  const owned: Tensor[] = []
  const convert: Convert = (name, values) => {
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
    const { y = null, sampleWeight = null } = source
    const columns = {
      x: convertAll('x', source.x, listing.x, convert),
      y: y === null ? null : convertAll('y', y, listing.y, convert),
      sampleWeight: sampleWeight === null ? null : convertWeights(sampleWeight, listing.y, convert),
    }
    return { ...columns, length: commonLength(op, columns), dispose }
  } catch (error) {
    dispose()
    throw error
  }
}

function convertAll(
  name: string,
  values: DataValues | readonly DataValues[],
  isListed: boolean,
  convert: Convert,
): Tensors {
  if (!isColumnList(values, isListed)) return convert(name, values as DataValues)
  return values.map((each, i) => convert(`${name}[${i}]`, each as DataValues))
}

function convertWeights(values: WeightValues, isListed: boolean, convert: Convert): Weights {
  // Plain numbers are weights of samples also where there are several outputs.
  const numbers = Array.isArray(values) && values.every((each) => typeof each === 'number')
  if (!isColumnList(values, isListed && !numbers)) return convert('sampleWeight', values as DataValues)
  return values.map((each, i) => (each === null ? null : convert(`sampleWeight[${i}]`, each as DataValues)))
}

/** Tensors and typed arrays in a list are columns; nested arrays are where the model says that it takes a list. */
function isColumnList(values: unknown, isListed: boolean): values is readonly unknown[] {
  if (!Array.isArray(values)) return false
  return (
    isListed || values.some((each) => each === null || each instanceof Tensor || ArrayBuffer.isView(each))
  )
}

/** Does something with each tensor of a column; lists stay lists. */
function mapColumn<C extends Tensors | Weights>(column: C, f: (each: Tensor) => Tensor): C {
  if (column === null) return column
  if (column instanceof Tensor) return f(column) as C
  return (column as readonly (Tensor | null)[]).map((each) =>
    each === null ? null : f(each),
  ) as unknown as C
}

/** The samples from `start` to `stop`: rows of the data, or of the data in the given order. */
export function takeBatch(data: Samples, start: number, stop: number, order: Tensor | null): AnyBatch {
  const rows = order === null ? null : slice(order, [[start, stop]])
  return {
    ...mapColumns(data, (column) => (rows === null ? slice(column, [[start, stop]]) : gather(column, rows))),
    size: stop - start,
  }
}

function mapColumns(
  { x, y, sampleWeight }: Samples,
  f: (column: Tensor) => Tensor,
): Pick<Samples, 'x' | 'y' | 'sampleWeight'> {
  return { x: mapColumn(x, f), y: mapColumn(y, f), sampleWeight: mapColumn(sampleWeight, f) }
}

/** The first part of the data, and the last `fraction`, as views. */
export function splitSamples(
  op: string,
  data: Samples,
  fraction: number,
): [train: Samples, validation: Samples] {
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

function viewOf(data: Samples, start: number, stop: number): Samples {
  const owned: Tensor[] = []
  const columns = mapColumns(data, (column) => {
    const view = keep(slice(column, [[start, stop]]))
    owned.push(view)
    return view
  })
  const dispose = (): void => {
    for (const view of owned) view.dispose()
  }
  return { ...columns, length: stop - start, dispose }
}

function commonLength(op: string, columns: Pick<Samples, 'x' | 'y' | 'sampleWeight'>): number {
  const lengths = Object.entries(columns).flatMap(([name, column]) =>
    [column].flat().flatMap((each, i) => {
      if (each === null) return []
      return [[Array.isArray(column) ? `${name}[${i}]` : name, (each as Tensor).shape[0]!] as const]
    }),
  )
  const length = lengths[0]?.[1] ?? 0
  if (lengths.some(([, other]) => other !== length)) {
    throw new ShapeError('the numbers of samples differ', {
      op,
      received: Object.fromEntries(lengths),
      expected: 'the same size along the first axis',
    })
  }
  if (length === 0) throw new ArgumentError('there are no samples', { op, received: { ...columns } })
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
  throw new ArgumentError(`${name} is not data`, {
    op,
    received: { [name]: values },
    expected: 'a tensor, nested arrays or a typed array',
  })
}
