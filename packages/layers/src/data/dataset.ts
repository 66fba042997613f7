import { ArgumentError, checkOptionNames, random } from '@tapegrad/core'
import type { Batched } from './elements.ts'
import {
  type Columns,
  countRows,
  type ElementSource,
  elementsOf,
  itemsOf,
  type RowOf,
  readColumns,
  tensorSlices,
} from './sources.ts'
import * as transforms from './transforms.ts'

export interface DatasetBatchOptions {
  /** Whether a last batch that is smaller is left out. Default: false. */
  readonly dropRemainder?: boolean
}

/**
 * Elements one after another, made when they are asked for: samples, and with `batch` what `fit` takes.
 *
 * Every loop over it is a new pass; a pass that is left early closes what it reads from. Elements are anything: tensors,
 * numbers, typed arrays, or lists and objects of those.
 *
 * Memory: whoever gets an element owns its tensors. A loop of yours disposes them, `fit` does so after each step, and
 * the methods here dispose what does not reach the next one: of what `map` gets, all that is not in its result. Tensors
 * that a dataset was made from stay yours.
 *
 * Order: `shuffle` draws a new order in every pass. The order depends on the seed and the number of the pass (0, 1, …)
 * alone, so that equal programs see equal orders.
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset
 * @example
 * ```ts
 * const data = Dataset.fromTensorSlices({ x: ones([6, 2]), y: ones([6, 1]) })
 *   .shuffle(6, 1)
 *   .batch(2)
 * await model.fit(data, null, { epochs: 2, verbose: 0 })
 * ```
 */
export class Dataset<T> implements AsyncIterable<T> {
  /** The number of elements: Infinity for endless ones, null where it is not known before a pass. */
  readonly size: number | null
  readonly #pass: (pass: number) => AsyncIterable<T>
  #passes = 0

  private constructor(size: number | null, pass: (pass: number) => AsyncIterable<T>) {
    this.size = size
    this.#pass = pass
  }

  /**
   * The rows of tensors, typed arrays or nested arrays: of one, or of several in a list or an object.
   *
   * @throws {@link ShapeError} where the numbers of rows differ.
   * @example
   * ```ts
   * const rows = Dataset.fromTensorSlices({ x: tensor([[1, 2], [3, 4]]), y: tensor([0, 1]) })
   * rows.size // two
   * ```
   */
  static fromTensorSlices<C extends Columns>(columns: C): Dataset<RowOf<C>> {
    const form = readColumns(columns)
    return new Dataset(countRows(form.columns), () => tensorSlices(form) as AsyncGenerator<RowOf<C>>)
  }

  /**
   * The entries of a list.
   *
   * @example
   * ```ts
   * await Dataset.fromArray([1, 2, 3]).map((x) => x * x).toArray() // [1, 4, 9]
   * ```
   */
  static fromArray<T>(items: readonly T[]): Dataset<T> {
    if (!Array.isArray(items)) {
      throw new ArgumentError('items is not a list', { op: 'Dataset.fromArray', received: { items } })
    }
    return new Dataset(items.length, () => itemsOf(items))
  }

  /**
   * What a generator yields; the function is called for every pass.
   *
   * @param generate A function that returns a (possibly async) generator, iterator or iterable.
   * @example
   * ```ts
   * const squares = Dataset.fromGenerator(function* () {
   *   for (let i = 0; i < 4; i++) yield i * i
   * })
   * await squares.toArray() // [0, 1, 4, 9]
   * ```
   */
  static fromGenerator<T>(generate: () => ElementSource<T> | Promise<ElementSource<T>>): Dataset<T> {
    if (typeof generate !== 'function') {
      throw new ArgumentError('generate is not a function', {
        op: 'Dataset.fromGenerator',
        received: { generate },
        expected: 'a function that is called for every pass',
        hint: 'Dataset.fromGenerator(() => generator())',
      })
    }
    return new Dataset<T>(null, async function* () {
      yield* elementsOf(await generate())
    })
  }

  /** How many passes were begun: the number of the next one. */
  get passes(): number {
    return this.#passes
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.iterate(this.#passes)
  }

  /** Begins the pass of a number: one with the orders that this pass has. */
  iterate(pass: number): AsyncIterator<T> {
    checkCount('Dataset.iterate', 'pass', pass, 0)
    this.#passes = Math.max(this.#passes, pass + 1)
    return this.#pass(pass)[Symbol.asyncIterator]()
  }

  /** What a function makes of each element. Tensors that it makes in between are disposed. */
  map<U>(f: (element: T) => U): Dataset<U> {
    checkFunction('map', f)
    return this.#derive(this.size, (source) => transforms.mapElements(source, f))
  }

  /** What an async function makes of each element. Tensors that it makes in between are its own to dispose. */
  mapAsync<U>(f: (element: T) => U | Promise<U>): Dataset<U> {
    checkFunction('mapAsync', f)
    return this.#derive(this.size, (source) => transforms.mapElementsAsync(source, f))
  }

  /** The elements for which a function gives true. */
  filter(predicate: (element: T) => boolean): Dataset<T> {
    checkFunction('filter', predicate)
    return this.#derive(null, (source) => transforms.filterElements(source, predicate))
  }

  /**
   * The elements in random order: of `bufferSize` elements at a time one is taken by chance. A buffer for all elements
   * makes all orders equally likely.
   *
   * @param seed A whole number. Default: one that is drawn now, from the generator that `setSeed` seeds.
   */
  shuffle(bufferSize: number, seed?: number): Dataset<T> {
    checkCount('Dataset.shuffle', 'bufferSize', bufferSize, 1)
    const generator = seed === undefined ? random.defaultGenerator().split(1)[0]! : new random.Generator(seed)
    return new Dataset(this.size, (pass) =>
      transforms.shuffleElements(this.#pass(pass), bufferSize, generator.foldIn(pass)),
    )
  }

  /**
   * Puts so many elements together: their tensors and numbers along a new first axis.
   *
   * @throws {@link ArgumentError} in the pass, where elements differ in form, shape or dtype.
   */
  batch(size: number, options: DatasetBatchOptions = {}): Dataset<Batched<T>> {
    checkCount('Dataset.batch', 'size', size, 1)
    checkOptionNames('Dataset.batch', options, ['dropRemainder'])
    const { dropRemainder = false } = options
    const batches =
      this.size === null ? null : dropRemainder ? Math.floor(this.size / size) : Math.ceil(this.size / size)
    return this.#derive(batches, (source) => transforms.batchElements(source, size, dropRemainder))
  }

  /**
   * The elements again and again.
   *
   * Repetition i of pass p has the orders of pass p · count + i, an endless one those of pass p + i.
   *
   * @param count How often. Default: endlessly.
   */
  repeat(count: number = Number.POSITIVE_INFINITY): Dataset<T> {
    if (count !== Number.POSITIVE_INFINITY) checkCount('Dataset.repeat', 'count', count, 0)
    const size = this.size === null ? null : this.size === 0 || count === 0 ? 0 : this.size * count
    const first = (pass: number): number => (Number.isFinite(count) ? pass * count : pass)
    return new Dataset(size, (pass) => transforms.repeatElements((i) => this.#pass(first(pass) + i), count))
  }

  /** The first so many elements. */
  take(count: number): Dataset<T> {
    checkCount('Dataset.take', 'count', count, 0)
    const size = this.size === null ? null : Math.min(this.size, count)
    return this.#derive(size, (source) => transforms.takeElements(source, count))
  }

  /** All but the first so many elements. */
  skip(count: number): Dataset<T> {
    checkCount('Dataset.skip', 'count', count, 0)
    const size = this.size === null ? null : Math.max(this.size - count, 0)
    return this.#derive(size, (source) => transforms.skipElements(source, count))
  }

  /** Asks for so many elements before they are needed, so that reading and training overlap. */
  prefetch(bufferSize: number): Dataset<T> {
    checkCount('Dataset.prefetch', 'bufferSize', bufferSize, 1)
    return this.#derive(this.size, (source) => transforms.prefetchElements(source, bufferSize))
  }

  /** All elements of a pass; their tensors are yours to dispose. */
  async toArray(): Promise<T[]> {
    if (this.size === Number.POSITIVE_INFINITY) {
      throw new ArgumentError('the dataset is endless', {
        op: 'Dataset.toArray',
        hint: 'take() some elements',
      })
    }
    const elements: T[] = []
    for await (const element of this) elements.push(element)
    return elements
  }

  #derive<U>(size: number | null, transform: (source: AsyncIterable<T>) => AsyncIterable<U>): Dataset<U> {
    return new Dataset(size, (pass) => transform(this.#pass(pass)))
  }
}

function checkCount(op: string, name: string, value: unknown, least: number): void {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return
  throw new ArgumentError(`${name} is not a count`, {
    op,
    received: { [name]: value },
    expected: `a whole number of at least ${least}`,
  })
}

function checkFunction(method: string, value: unknown): void {
  if (typeof value === 'function') return
  throw new ArgumentError('this is not a function', { op: `Dataset.${method}`, received: { value } })
}
