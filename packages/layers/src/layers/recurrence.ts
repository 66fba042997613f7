import { expandDims, flip, type Tensor, tidy, unstack, where } from '@tapegrad/core'
import type { CellStep } from './rnn-cell.ts'

/** What running a cell along sequences gives. */
export interface Recurrence {
  /** The output of each step in the order in which they were computed, or null where only the last is wanted. */
  readonly outputs: readonly Tensor[] | null
  /** The output of the last step. */
  readonly last: Tensor
  /** The states after the last step. */
  readonly states: readonly Tensor[]
}

/** What a cell is run along. */
export interface Sequences {
  /** [batch, steps, …]. */
  readonly x: Tensor
  /** Bools [batch, steps]; null where all steps count. */
  readonly mask: Tensor | null
  readonly states: readonly Tensor[]
  /** The output before the first step, [batch, size]. */
  readonly output: Tensor
  /** Which of the states the output is; null where it is none. */
  readonly outputState: number | null
  readonly goBackwards: boolean
  readonly wantsAll: boolean
}

/**
 * Runs the steps of a cell one by one; where the mask is false, a sample keeps its states and repeats its output. What
 * a step makes besides lives as long as the step. To be called in a `tidy`.
 */
export function runRecurrence(step: CellStep, sequences: Sequences): Recurrence {
  const { goBackwards, outputState, wantsAll } = sequences
  const inOrder = (x: Tensor): readonly Tensor[] =>
    unstack(goBackwards ? flip(x, { axis: 1 }) : x, { axis: 1 })
  const counts = sequences.mask === null ? null : inOrder(sequences.mask)
  const outputs: Tensor[] = []
  // What is not the loop's own, or is returned.
  const kept = new Set<Tensor>([sequences.output, ...sequences.states])
  let last = sequences.output
  let { states } = sequences
  inOrder(withoutMasked(sequences.x, sequences.mask)).forEach((x, t) => {
    const before = [last, ...states]
    const after = tidy(() => {
      const stepped = step(x, states)
      if (counts === null) return stepped
      // Where the output is a state, it is masked with it.
      const [output, ...chosen] = stepped.map((value, i) =>
        i === 0 && outputState !== null ? value : choose(counts[t]!, value, before[i]!),
      )
      return [outputState === null ? output! : chosen[outputState]!, ...chosen]
    })
    last = after[0]!
    states = after.slice(1)
    if (wantsAll) {
      outputs.push(last)
      kept.add(last)
    }
    // Gradient computations hold what they need themselves.
    for (const each of before) if (!kept.has(each) && !after.includes(each)) each.dispose()
  })
  return { outputs: wantsAll ? outputs : null, last, states }
}

/** Zeros where the mask is false: whatever stands there, NaN included, would reach the gradients as 0 · NaN. */
function withoutMasked(x: Tensor, mask: Tensor | null): Tensor {
  return mask === null ? x : choose(mask, x, 0)
}

/** `a` where the mask of the first axes is true, else `b`. */
export function choose(mask: Tensor, a: Tensor, b: Tensor | number): Tensor {
  const missing = Array.from({ length: a.rank - mask.rank }, (_, i) => mask.rank + i)
  return where(
    missing.reduce((condition, axis) => expandDims(condition, { axis }), mask),
    a,
    b,
  )
}
