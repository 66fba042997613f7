import { adamKernel, add, div, maximum, mul, sqrt, square, sub, type Variable } from '@tapegrad/core'
import type { OwnOptions, Rule, RuleResult, RuleStep } from './define-optimizer.ts'
import { fusedStep } from './fused-step.ts'
import { moveToward } from './means.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { checkBoolean, checkNonNegative, checkUnitInterval } from './option-checks.ts'
import type { OptionTable } from './option-table.ts'

export interface AdamOptions extends OptimizerOptions {
  /** How slowly the mean of the gradients moves. Default: 0.9. */
  readonly beta1?: number
  /** How slowly the mean of the squared gradients moves. Default: 0.999. */
  readonly beta2?: number
  /** Added to the root, before the bias is corrected ("epsilon hat" in the paper). Default: 1e-7. */
  readonly epsilon?: number
  /** Whether to divide by the largest mean of squares so far. Default: false. */
  readonly amsgrad?: boolean
}

export interface AdamSlots {
  readonly momentum: Variable
  readonly velocity: Variable
  readonly velocity_hat?: Variable
}

/** What a step of Adam needs to know. */
type AdamNumbers = Pick<OwnOptions<AdamOptions>, 'beta1' | 'beta2' | 'epsilon'>

/** The rules of the options that `Adam` and `AdamW` share. */
export const adamOptions: OptionTable<OwnOptions<AdamOptions>> = {
  beta1: { key: 'beta_1', default: 0.9, check: checkUnitInterval },
  beta2: { key: 'beta_2', default: 0.999, check: checkUnitInterval },
  epsilon: { key: 'epsilon', default: 1e-7, check: checkNonNegative },
  amsgrad: { key: 'amsgrad', default: false, check: checkBoolean },
}

/** Their state. */
export const adamSlots: Rule<AdamOptions, AdamSlots>['slots'] = (_variable, { amsgrad }) => ({
  momentum: {},
  velocity: {},
  velocity_hat: amsgrad ? {} : null,
})

/** A step of Adam, composed. */
export function adamStep(step: RuleStep<AdamSlots>, own: AdamNumbers): RuleResult<AdamSlots> {
  const { gradient, variable, slots } = step
  const momentum = moveToward(slots.momentum, gradient, own.beta1)
  const velocity = moveToward(slots.velocity, square(gradient), own.beta2)
  const largest = slots.velocity_hat && maximum(slots.velocity_hat, velocity)
  const move = div(mul(momentum, correctedRate(step, own)), add(sqrt(largest ?? velocity), own.epsilon))
  return {
    value: sub(variable, move),
    slots: { momentum, velocity, ...(largest === undefined ? {} : { velocity_hat: largest }) },
  }
}

/** A step of Adam in one kernel, where the backend has it. */
export function fuseAdamStep(step: RuleStep<AdamSlots>, own: AdamNumbers, decay: number): boolean {
  const { gradient, variable, slots } = step
  const fused = fusedStep(adamKernel, gradient, variable)
  const { beta1, beta2, epsilon } = own
  fused?.kernel(
    fused.gradient,
    variable.prepareWrite(),
    slots.momentum.prepareWrite(),
    slots.velocity.prepareWrite(),
    slots.velocity_hat?.prepareWrite() ?? null,
    { alpha: correctedRate(step, own), beta1, beta2, epsilon, decay },
  )
  return fused !== undefined
}

function correctedRate({ learningRate, t }: RuleStep<AdamSlots>, { beta1, beta2 }: AdamNumbers): number {
  return (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)
}
