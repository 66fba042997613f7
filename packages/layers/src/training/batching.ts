import { type Backend, keep, random, type Tensor } from '@tapegrad/core'
import { type Batch, type Dataset, takeBatch } from './data.ts'

/** Without a generator, the program's own draws the orders: the one that `setSeed` seeds. */
export interface Shuffle {
  readonly generator?: random.Generator
}

/** Walks a dataset in batches, in a new order in every pass where it shuffles. */
export class Batches {
  readonly #data: Dataset
  readonly #batchSize: number
  readonly #shuffle: Shuffle | null
  readonly #backend: Backend
  #order: Tensor | null = null
  #next = 0

  /** @param shuffle What draws the order of every pass; null keeps the data's own. */
  constructor(data: Dataset, batchSize: number, shuffle: Shuffle | null, backend: Backend) {
    this.#data = data
    this.#batchSize = batchSize
    this.#shuffle = shuffle
    this.#backend = backend
  }

  /** The number of batches in a pass; the last one may be smaller. */
  get length(): number {
    return Math.ceil(this.#data.length / this.#batchSize)
  }

  /** Goes back to the start. */
  restart(): void {
    this.#next = 0
    this.dispose()
  }

  /** The next batch, made in the caller's scope; after the last one comes the first of another pass. */
  next(): Batch {
    if (this.#next >= this.#data.length) this.restart()
    if (this.#next === 0 && this.#shuffle !== null) {
      this.#order = keep(random.permutation(this.#data.length, { ...this.#shuffle, backend: this.#backend }))
    }
    const start = this.#next
    this.#next = Math.min(start + this.#batchSize, this.#data.length)
    return takeBatch(this.#data, start, this.#next, this.#order)
  }

  dispose(): void {
    this.#order?.dispose()
    this.#order = null
  }
}
