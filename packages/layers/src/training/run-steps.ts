import { ArgumentError } from '@tapegrad/core'
import type { AbortSignalLike } from './abort-signal.ts'
import type { BatchSource, LoadedBatch } from './batch-source.ts'

/** How a run goes through its data. */
export interface StepPlan {
  /** Which of the steps comes first: not 0 where a run goes on in mid-epoch. */
  readonly first?: number
  /** How many steps there are; null: as many as the pass has batches. */
  readonly steps: number | null
  /** Whether the data starts anew where it ends before the steps do. */
  readonly goesOn: boolean
  readonly signal: AbortSignalLike | undefined
}

/** The number of steps that is told to callbacks and checked before a run. */
export function stepsOf(
  op: string,
  option: string,
  source: BatchSource,
  asked: number | undefined,
): number | null {
  if (asked !== undefined) return asked
  if (source.length !== Number.POSITIVE_INFINITY) return source.length
  throw new ArgumentError('the data is endless', {
    op,
    hint: `say with ${option} how many batches to take, or take() some of the dataset`,
  })
}

/**
 * Takes step after step; a batch is given back when its step is done, however that ends.
 *
 * @returns The number of the step after the last.
 */
export async function runSteps(
  op: string,
  source: BatchSource,
  { first = 0, steps, goesOn, signal }: StepPlan,
  step: (step: number, batch: LoadedBatch) => Promise<boolean>,
): Promise<number> {
  let number = first
  for (; steps === null || number < steps; number++) {
    signal?.throwIfAborted()
    const batch = (await source.load()) ?? (goesOn ? await source.load() : null)
    if (batch === null) {
      if (goesOn || number === 0) throw ranOut(op, number, steps)
      break
    }
    let isWanted: boolean
    try {
      isWanted = await step(number, batch)
    } finally {
      batch.dispose()
    }
    if (isWanted) continue
    number++
    break
  }
  signal?.throwIfAborted()
  return number
}

function ranOut(op: string, done: number, steps: number | null): ArgumentError {
  return new ArgumentError('the data ran out', {
    op,
    received: { batches: done },
    expected:
      steps === null ? 'at least one batch in every pass' : `${steps} batches, in one pass or several`,
    hint: 'a generator can be gone through once: pass Dataset.fromGenerator(() => generator()), or fewer epochs',
  })
}
