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
import { Adam, RMSprop, SGD } from '@tapegrad/optimizers'

setBackend(cpuBackend())
const w: Variable = variable([0, 0])
const optimizers: readonly Optimizer[] = [
  new SGD({ momentum: 0.9 }),
  new RMSprop(),
  new Adam({ learningRate: 0.1 }),
]
export const losses: readonly Tensor[] = [new Adam().minimize(() => sum(square(sub(w, 3))), [w])]
for (const optimizer of optimizers) optimizer.apply([sub(w, 1)], [w])

// @ts-expect-error: rates are numbers
new Adam({ learningRate: '0.1' })
