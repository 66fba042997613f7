import { ArgumentError } from '@tapegrad/core'
import { checkNonNegative, checkPositive } from '../option-checks.ts'
import { halfCosine } from './cosine-decay.ts'
import { defineSchedule, type ScheduleConstructor } from './define-schedule.ts'
import { scheduleName } from './schedule-name.ts'

export interface CosineDecayRestartsOptions {
  readonly initialLearningRate: number
  /** How many steps the first decay takes. */
  readonly firstDecaySteps: number
  /** How many times longer each decay is than the one before, at least 1. Default: 2. */
  readonly tMul?: number
  /** How many times higher each decay begins than the one before. Default: 1. */
  readonly mMul?: number
  /** What a decay ends at, as a fraction of `initialLearningRate`. Default: 0. */
  readonly alpha?: number
  /** Default: 'SGDRDecay'. */
  readonly name?: string
}

/**
 * A learning rate that falls along half a cosine again and again.
 *
 * lr(step) = initialLearningRate · ((1 − alpha) · mMulⁱ · ½(1 + cos(πp)) + alpha) after i restarts, with p from 0 to 1
 * over the firstDecaySteps · tMulⁱ steps from one restart to the next.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay_restarts/
 * @see https://arxiv.org/abs/1608.03983
 * @example
 * ```ts
 * const learningRate = new schedules.CosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 100 })
 * const optimizer = new SGD({ learningRate })
 * ```
 */
export const CosineDecayRestarts: ScheduleConstructor<CosineDecayRestartsOptions> =
  /* @__PURE__ */ defineSchedule<CosineDecayRestartsOptions>({
    className: 'CosineDecayRestarts',
    options: {
      initialLearningRate: { key: 'initial_learning_rate', default: undefined, check: checkNonNegative },
      firstDecaySteps: { key: 'first_decay_steps', default: undefined, check: checkPositive },
      tMul: { key: 't_mul', default: 2, check: checkGrowth },
      mMul: { key: 'm_mul', default: 1, check: checkNonNegative },
      alpha: { key: 'alpha', default: 0, check: checkNonNegative },
      name: scheduleName('SGDRDecay'),
    },
    at: (step, { initialLearningRate, firstDecaySteps, tMul, mMul, alpha }) => {
      const { restarts, p } = findPeriod(step / firstDecaySteps, tMul)
      return initialLearningRate * ((1 - alpha) * mMul ** restarts * halfCosine(p) + alpha)
    },
  })
export type CosineDecayRestarts = InstanceType<typeof CosineDecayRestarts>

/** Which period a time falls into, where the first takes 1 and each is `growth` times longer, and how far into it. */
function findPeriod(time: number, growth: number): { readonly restarts: number; readonly p: number } {
  if (growth === 1) return { restarts: Math.floor(time), p: time % 1 }
  const start = (i: number): number => (growth ** i - 1) / (growth - 1)
  let restarts = Math.floor(Math.log1p(time * (growth - 1)) / Math.log(growth))
  // The logarithms may fall on the wrong side of a restart.
  if (time < start(restarts)) restarts--
  if (time >= start(restarts + 1)) restarts++
  return { restarts, p: (time - start(restarts)) / growth ** restarts }
}

function checkGrowth(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 1) return value
  throw new ArgumentError(`${name} is not a finite number of at least 1`, { op, received: { [name]: value } })
}
