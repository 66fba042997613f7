import { ArgumentError, type Backend, keep, random, type Tensor } from '@tapegrad/core'
import type { BatchSource, LoadedBatch } from './batch-source.ts'
import { type Samples, takeBatch } from './data.ts'
import type { DataPosition, GeneratorState } from './training-state.ts'

const nothing = (): void => undefined

/** Walks samples in batches, in a new order in every pass where it shuffles. */
export class Batches implements BatchSource {
  readonly #data: Samples
  readonly #batchSize: number
  readonly #backend: Backend
  #generator: random.Generator | null
  #order: Tensor | null = null
  /** The generator before it drew the order. */
  #drawnFrom: GeneratorState | null = null
  #pass = 0
  #next = 0

  /** @param shuffle What draws the order of every pass; null keeps the data's own. */
  constructor(data: Samples, batchSize: number, shuffle: random.Generator | null, backend: Backend) {
    this.#data = data
    this.#batchSize = batchSize
    this.#generator = shuffle
    this.#backend = backend
  }

  /** The number of batches in a pass; the last one may be smaller. */
  get length(): number {
    return Math.ceil(this.#data.length / this.#batchSize)
  }

  restart(): void {
    if (this.#next === 0) return
    this.#next = 0
    this.#pass++
    this.close()
  }

  load(): LoadedBatch | null {
    if (this.#next >= this.#data.length) {
      this.restart()
      return null
    }
    this.#drawOrder()
    const start = this.#next
    const stop = Math.min(start + this.#batchSize, this.#data.length)
    this.#next = stop
    return { take: () => takeBatch(this.#data, start, stop, this.#order), dispose: nothing }
  }

  position(): DataPosition {
    const now = this.#generator?.state ?? null
    if (this.#next === 0) return { pass: this.#pass, batch: 0, order: now }
    if (this.#next >= this.#data.length) return { pass: this.#pass + 1, batch: 0, order: now }
    return { pass: this.#pass, batch: Math.ceil(this.#next / this.#batchSize), order: this.#drawnFrom }
  }

  restore({ pass, batch, order }: DataPosition): void {
    if (batch >= this.length || (order === null) !== (this.#generator === null)) {
      throw new ArgumentError('the state is one of a run over other data', {
        op: 'fit',
        received: { batch, shuffle: order !== null },
        expected: `a batch before ${this.length}, and shuffle: ${this.#generator !== null}`,
        hint: 'resume with the data and the options that the run had',
      })
    }
    this.close()
    if (order !== null) this.#generator = random.Generator.fromState(order)
    this.#drawnFrom = order
    this.#pass = pass
    this.#next = batch * this.#batchSize
  }

  close(): void {
    this.#order?.dispose()
    this.#order = null
  }

  #drawOrder(): void {
    if (this.#generator === null || this.#order !== null) return
    this.#drawnFrom = this.#generator.state
    this.#order = keep(
      random.permutation(this.#data.length, { generator: this.#generator, backend: this.#backend }),
    )
  }
}
