import { checkNonNegative, checkPositive, orNull } from '../option-checks.ts'
import { defineSchedule, type ScheduleConstructor } from './define-schedule.ts'
import { scheduleName } from './schedule-name.ts'

export interface CosineDecayOptions {
  /** Where the decay begins, or the warm-up where there is one. */
  readonly initialLearningRate: number
  /** How many steps the decay takes, without those of the warm-up. */
  readonly decaySteps: number
  /** What the rate ends at, as a fraction of where its decay begins. Default: 0. */
  readonly alpha?: number
  /** Default: 'CosineDecay'. */
  readonly name?: string
  /** Where a warm-up ends, and the decay begins. Default: null, no warm-up. */
  readonly warmupTarget?: number | null
  /** How many steps the warm-up takes. Default: 0. */
  readonly warmupSteps?: number
}

/**
 * A learning rate that falls along half a cosine, after a warm-up along a line where asked for.
 *
 * For step < warmupSteps: lr(step) = initialLearningRate + (warmupTarget − initialLearningRate) · step / warmupSteps.
 * After it lr(step) = r · ((1 − alpha) · ½(1 + cos(πp)) + alpha) with p = min(1, (step − warmupSteps) / decaySteps),
 * where r is warmupTarget; without a target there is no warm-up, and r is initialLearningRate.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/
 * @see https://arxiv.org/abs/1608.03983
 * @example
 * ```ts
 * const warmUp = { warmupTarget: 0.1, warmupSteps: 100 }
 * const learningRate = new schedules.CosineDecay({ initialLearningRate: 0, decaySteps: 1000, ...warmUp })
 * const optimizer = new SGD({ learningRate })
 * ```
 */
export const CosineDecay: ScheduleConstructor<CosineDecayOptions> =
  /* @__PURE__ */ defineSchedule<CosineDecayOptions>({
    className: 'CosineDecay',
    options: {
      initialLearningRate: { key: 'initial_learning_rate', default: undefined, check: checkNonNegative },
      decaySteps: { key: 'decay_steps', default: undefined, check: checkPositive },
      alpha: { key: 'alpha', default: 0, check: checkNonNegative },
      name: scheduleName('CosineDecay'),
      warmupTarget: { key: 'warmup_target', default: null, check: orNull(checkNonNegative) },
      warmupSteps: { key: 'warmup_steps', default: 0, check: checkNonNegative },
    },
    at: (step, { initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps }) => {
      const warm = warmupTarget === null ? 0 : warmupSteps
      const peak = warmupTarget ?? initialLearningRate
      if (step < warm) return initialLearningRate + (peak - initialLearningRate) * (step / warm)
      const p = Math.min(1, (step - warm) / decaySteps)
      return peak * ((1 - alpha) * halfCosine(p) + alpha)
    },
  })
export type CosineDecay = InstanceType<typeof CosineDecay>

/** From 1 at 0 to 0 at 1. */
export function halfCosine(p: number): number {
  return 0.5 * (1 + Math.cos(Math.PI * p))
}
