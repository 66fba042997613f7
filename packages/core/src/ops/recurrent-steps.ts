import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { insertAxes } from './unit-axes.ts'
import { unstack } from './unstack.ts'
import { where } from './where.ts'

/** The state after a step, from its input [batch, gates · units] and the state before. */
export type Step = (projected: Tensor, state: readonly Tensor[]) => readonly Tensor[]

/**
 * The states after each step of a sequence with time first; where the mask [time, batch] is false, a sample keeps its
 * state. What a step makes besides lives as long as the step. To be called in a `tidy`.
 */
export function runSteps(
  projected: Tensor,
  mask: Tensor | null,
  initial: readonly Tensor[],
  step: Step,
): readonly (readonly Tensor[])[] {
  const counts = mask === null ? null : unstack(insertAxes(mask, [2]))
  let state = initial
  return unstack(projected).map((input, t) => {
    const before = state
    state = tidy(() => {
      const after = step(input, before)
      return counts === null ? after : after.map((value, i) => where(counts[t]!, value, before[i]!))
    })
    return state
  })
}
