import { cpuBackend } from '@tapegrad/backend-cpu'
import {
  type Optimizer,
  setBackend,
  square,
  sub,
  sum,
  type Tensor,
  type Variable,
  variable,
} from '@tapegrad/core'
import { Adam, AdamW, Muon, type OptimizerBase, RMSprop, SGD, schedules } from '@tapegrad/optimizers'

setBackend(cpuBackend())
const w: Variable = variable([0, 0])
const optimizers: readonly Optimizer[] = [
  new SGD({ momentum: 0.9 }),
  new RMSprop(),
  new Adam({ learningRate: 0.1 }),
  new Muon({ learningRate: (step) => 0.1 / (step + 1), excludeLayers: ['output'] }),
]
export const losses: readonly Tensor[] = [new Adam().minimize(() => sum(square(sub(w, 3))), [w])]
for (const optimizer of optimizers) optimizer.apply([sub(w, 1)], [w])

// @ts-expect-error: rates are numbers
new Adam({ learningRate: '0.1' })
// @ts-expect-error: schedules need to know how many steps they take
new schedules.CosineDecay({ initialLearningRate: 0.1 })
// @ts-expect-error: RMSprop has no second beta
new RMSprop({ beta2: 0.9 })
// @ts-expect-error: AdamW always decays
new AdamW({ weightDecay: null })
// @ts-expect-error: options do not change
new Adam().beta1 = 0.5

const decay: schedules.CosineDecay = new schedules.CosineDecay({ initialLearningRate: 0.1, decaySteps: 10 })
const adamW: AdamW = new AdamW({ learningRate: decay, weightDecay: 0.01, amsgrad: true })
export const numbers: readonly [number, number | null, boolean] = [
  adamW.beta1 + decay.alpha,
  decay.warmupTarget,
  adamW.amsgrad,
]
export const read: OptimizerBase = AdamW.fromConfig(adamW.getConfig())
