import { ArgumentError, random } from '@tapegrad/core'
import type { RunningState } from './running-state.ts'

/** The words of a generator of random numbers. */
export type GeneratorState = ReturnType<() => random.Generator['state']>

/** Where a run of `fit` stands in its data. */
export interface DataPosition {
  /** The number of the pass over the data: orders that a Dataset draws depend on it. */
  readonly pass: number
  /** How many batches of the pass were taken. */
  readonly batch: number
  /** The generator before it drew the order of the pass; null where `fit` does not draw orders. */
  readonly order: GeneratorState | null
}

/**
 * Where a run of `fit` stands: how much of it is done. It is plain data, so that JSON can hold it.
 *
 * Together with the weights, the optimizer's state and the generators of random layers it is what a run needs to go on
 * with the very numbers that it would have had.
 */
export interface TrainingState extends DataPosition {
  /** The epoch that runs; after its end (in `onEpochEnd`), the next one. */
  readonly epoch: number
  /** How many steps of that epoch are done. */
  readonly step: number
}

/**
 * Reads and sets where a run of `fit` stands. Callbacks find it in `this.params.training`.
 *
 * The losses and metrics of an epoch that a run goes on with are means over the steps that were left of it, unless
 * `restore` gets what `running` gave.
 *
 * @example
 * ```ts
 * class Resume extends Callback {
 *   override onTrainBegin(): void {
 *     const saved = localStorage.getItem('state')
 *     if (saved !== null) this.params.training?.restore(JSON.parse(saved) as TrainingState)
 *   }
 *   override onTrainBatchEnd(): void {
 *     localStorage.setItem('state', JSON.stringify(this.params.training?.state()))
 *   }
 * }
 * ```
 */
export interface TrainingPosition {
  /** What is done so far; to be read in any hook. */
  state(): TrainingState
  /** The running loss and metrics of the epoch, read from the device. */
  running(): Promise<RunningState>
  /**
   * Lets the run begin where another one stood. The data must be the same, and an iterable must give it again.
   *
   * @throws {@link ArgumentError} outside of `onTrainBegin`, and for something that is no state.
   */
  restore(state: TrainingState, running?: RunningState | null): void
}

/** @throws {@link ArgumentError} for something that is not the state of a run. */
export function checkTrainingState(state: unknown): asserts state is TrainingState {
  const { epoch, step, pass, batch, order } = (state ?? {}) as Partial<Record<keyof TrainingState, unknown>>
  const counts = [epoch, step, pass, batch].every(
    (count) => Number.isSafeInteger(count) && Number(count) >= 0,
  )
  if (!counts || order === undefined) {
    throw new ArgumentError('this is not the state of a run', {
      op: 'TrainingPosition.restore',
      received: { state },
      expected: 'what state() gave: { epoch, step, pass, batch, order }',
    })
  }
  if (order !== null) random.Generator.fromState(order as GeneratorState)
}
