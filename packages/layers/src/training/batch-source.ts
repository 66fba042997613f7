import type { AnyBatch } from './batch.ts'
import type { DataPosition } from './training-state.ts'

/** A batch that is there. */
export interface LoadedBatch {
  /** Makes its tensors in the caller's scope. */
  take(): AnyBatch
  /** Gives back what only this batch needed. */
  dispose(): void
}

/** Where a run gets its batches from, in passes over the data. */
export interface BatchSource {
  /** The number of batches in a pass; null where nobody knows. */
  readonly length: number | null
  /** Lets the next batch be the first of a pass. */
  restart(): Promise<void> | void
  /** The next batch; null at the end of a pass, once. */
  load(): Promise<LoadedBatch | null> | LoadedBatch | null
  position(): DataPosition
  /** Goes to where a run over the same data stood. */
  restore(position: DataPosition): Promise<void> | void
  /** Ends the pass and gives back what it held. */
  close(): Promise<void> | void
}
