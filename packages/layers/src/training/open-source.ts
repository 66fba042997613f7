import { ArgumentError, type Backend, type random } from '@tapegrad/core'
import type { AbortSignalLike } from './abort-signal.ts'
import type { BatchSource } from './batch-source.ts'
import { Batches } from './batching.ts'
import { type DataValues, type Listing, makeSamples, type Samples, type WeightValues } from './data.ts'
import { type BatchIterable, IterableSource, isBatchIterable } from './iterable-source.ts'

/** What runs take: samples of one input or of several, or an iterable of batches. */
export type RunData = DataValues | readonly DataValues[] | BatchIterable

/** Targets of one output or of several. */
export type Targets = DataValues | readonly DataValues[] | null

/** What a run holds until it ends. */
export class Holdings {
  readonly #closers: (() => Promise<void> | void)[] = []

  hold<T extends { dispose(): void } | { close(): Promise<void> | void }>(thing: T): T {
    this.#closers.push(() => ('close' in thing ? thing.close() : thing.dispose()))
    return thing
  }

  /** Gives everything back, the last first, whatever fails in between. */
  async close(): Promise<void> {
    const errors: unknown[] = []
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}

export interface OpenOptions {
  readonly backend: Backend
  readonly listing: Listing
  readonly batchSize: number | undefined
  readonly sampleWeight?: WeightValues | undefined
  readonly signal: AbortSignalLike | undefined
  readonly holdings: Holdings
  readonly shuffle?: random.Generator | null
}

/** The batches of what a user passed. */
export function openSource(op: string, x: RunData, y: Targets, options: OpenOptions): BatchSource {
  const { backend, listing, batchSize, sampleWeight, signal, holdings, shuffle = null } = options
  if (isBatchIterable(x)) {
    refuse(op, { y: y ?? undefined, batchSize, sampleWeight })
    return holdings.hold(new IterableSource(op, x, { backend, listing, signal }))
  }
  const samples = holdings.hold(makeSamples(op, { x, y, sampleWeight }, backend, listing))
  return openSamples(samples, { ...options, shuffle })
}

/** The batches of samples. */
export function openSamples(
  samples: Samples,
  {
    batchSize = 32,
    shuffle = null,
    backend,
    holdings,
  }: Omit<OpenOptions, 'listing' | 'signal' | 'sampleWeight'>,
): BatchSource {
  return holdings.hold(new Batches(samples, batchSize, shuffle, backend))
}

/** Refuses options that iterables of batches bring along themselves. */
export function refuse(op: string, options: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(options).filter((name) => options[name] !== undefined)
  if (given.length === 0) return
  throw new ArgumentError(`${given.join(' and ')} do not go together with an iterable of batches`, {
    op,
    expected: 'batches { x, y, sampleWeight }, shuffled and of the size that they are to have',
    hint: 'Dataset.fromTensorSlices({ x, y }).shuffle(1000).batch(32)',
  })
}
