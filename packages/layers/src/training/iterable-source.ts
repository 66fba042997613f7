import { ArgumentError, type Backend, Tensor } from '@tapegrad/core'
import type { Dataset } from '../data/dataset.ts'
import { disposeTensors } from '../data/elements.ts'
import type { AbortSignalLike } from './abort-signal.ts'
import type { BatchSource, LoadedBatch } from './batch-source.ts'
import { type ClassWeight, weighByClass } from './class-weight.ts'
import { type DataValues, type Listing, makeSamples, type SamplesSource, type WeightValues } from './data.ts'
import type { DataPosition } from './training-state.ts'

type Column = DataValues | readonly DataValues[]

/** A batch of an iterable: `[x, y, sampleWeight]` or `{ x, y, sampleWeight }`, of which x must be there; or a tensor x. */
export type BatchValues =
  | Tensor
  | readonly [x: Column, y?: Column | null, sampleWeight?: WeightValues | null]
  | { readonly x: Column; readonly y?: Column | null; readonly sampleWeight?: WeightValues | null }

/** Batches one after another: a Dataset, a generator, or anything else that `for await` takes. */
export type BatchIterable = AsyncIterable<BatchValues> | Iterable<BatchValues>

/** Whether data are an iterable of batches; arrays, typed arrays and tensors are samples. */
export function isBatchIterable(data: unknown): data is BatchIterable {
  if (typeof data !== 'object' || data === null) return false
  if (Array.isArray(data) || ArrayBuffer.isView(data) || data instanceof Tensor) return false
  return Symbol.asyncIterator in data || Symbol.iterator in data
}

export interface IterableSourceOptions {
  readonly backend: Backend
  readonly listing: Listing
  readonly classWeight?: ClassWeight | undefined
  readonly signal?: AbortSignalLike | undefined
}

/** Told by its form: the class would weigh on programs without datasets. */
function isDataset(data: BatchIterable): data is Dataset<BatchValues> {
  return 'iterate' in data && 'passes' in data && 'size' in data
}

type BatchIterator = AsyncIterator<unknown> | Iterator<unknown>

/** Batches of an iterable. Their tensors are the run's: they are disposed when their step is done. */
export class IterableSource implements BatchSource {
  readonly #op: string
  readonly #data: BatchIterable
  readonly #options: IterableSourceOptions
  #iterator: BatchIterator | null = null
  #pass = 0
  #batch = 0

  constructor(op: string, data: BatchIterable, options: IterableSourceOptions) {
    this.#op = op
    this.#data = data
    this.#options = options
    if (isDataset(data)) this.#pass = data.passes
  }

  get length(): number | null {
    return isDataset(this.#data) ? this.#data.size : null
  }

  async restart(): Promise<void> {
    if (this.#batch === 0 || this.#isOneShot) return
    await this.close()
    this.#startPass()
  }

  async load(): Promise<LoadedBatch | null> {
    const result = await this.#pull()
    if (result.done === true) {
      this.#iterator = null
      this.#startPass()
      return null
    }
    this.#batch++
    return this.#makeBatch(result.value)
  }

  position(): DataPosition {
    return { pass: this.#pass, batch: this.#batch, order: null }
  }

  async restore({ pass, batch }: DataPosition): Promise<void> {
    await this.close()
    this.#pass = pass
    for (this.#batch = 0; this.#batch < batch; this.#batch++) {
      const { done, value } = await this.#pull()
      if (done !== true) disposeTensors(value)
      else {
        throw new ArgumentError('the data ends before the place of the state', {
          op: this.#op,
          received: { batches: this.#batch },
          expected: `at least ${batch}`,
          hint: 'resume with the data that the run had',
        })
      }
    }
  }

  async close(): Promise<void> {
    const iterator = this.#iterator
    this.#iterator = null
    // A generator that still waits for data could not be closed before the data comes.
    const closing = iterator?.return?.()
    if (this.#options.signal?.aborted !== true) await closing
    else Promise.resolve(closing).catch(() => undefined)
  }

  get #isOneShot(): boolean {
    return this.#iterator !== null && (this.#iterator as unknown) === this.#data
  }

  #startPass(): void {
    this.#pass++
    this.#batch = 0
  }

  #open(): BatchIterator {
    const data = this.#data
    if (isDataset(data)) return data.iterate(this.#pass)
    return Symbol.asyncIterator in data ? data[Symbol.asyncIterator]() : data[Symbol.iterator]()
  }

  async #pull(): Promise<IteratorResult<unknown, unknown>> {
    this.#iterator ??= this.#open()
    const next = Promise.resolve(this.#iterator.next())
    const { signal } = this.#options
    try {
      return await (signal === undefined ? next : unlessAborted(next, signal))
    } catch (error) {
      // An iterator that threw is done.
      if (signal?.aborted !== true) this.#iterator = null
      throw error
    }
  }

  async #makeBatch(value: unknown): Promise<LoadedBatch> {
    const { backend, listing, classWeight } = this.#options
    const owned: (() => void)[] = [() => disposeTensors(value)]
    const dispose = (): void => {
      for (const each of owned) each()
    }
    try {
      let samples = makeSamples(this.#op, readBatch(this.#op, value), backend, listing)
      owned.push(samples.dispose)
      if (classWeight !== undefined) {
        samples = await weighByClass(this.#op, samples, classWeight, backend)
        owned.push(samples.dispose)
      }
      const batch = { ...samples, size: samples.length }
      return { take: () => batch, dispose }
    } catch (error) {
      dispose()
      throw error
    }
  }
}

/** What a promise gives, unless the signal comes first; then nobody wants it any more. */
function unlessAborted(
  next: Promise<IteratorResult<unknown, unknown>>,
  signal: AbortSignalLike,
): Promise<IteratorResult<unknown, unknown>> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      next.then(({ value }) => disposeTensors(value)).catch(() => undefined)
      reject(signal.reason)
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    next.finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject)
  })
}

function readBatch(op: string, value: unknown): SamplesSource {
  if (value instanceof Tensor) return { x: value }
  if (Array.isArray(value) && value.length >= 1 && value.length <= 3) {
    const [x, y, sampleWeight] = value as unknown as readonly [Column, Column?, WeightValues?]
    return { x, y, sampleWeight }
  }
  if (typeof value === 'object' && value !== null && 'x' in value) return value as SamplesSource
  throw new ArgumentError('the iterable gave something that is not a batch', {
    op,
    received: { batch: value },
    expected: '{ x, y, sampleWeight } or [x, y, sampleWeight]; y and sampleWeight may be missing',
  })
}
