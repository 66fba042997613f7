import {
  adamKernels,
  cpuBackendWith,
  crossEntropyKernels,
  softmaxKernels,
} from '@tapegrad/backend-cpu/kernels'
import { setBackend } from '@tapegrad/core'
import { Dense, Sequential } from '@tapegrad/layers'
import { Adam } from '@tapegrad/optimizers'

setBackend(cpuBackendWith([softmaxKernels, crossEntropyKernels, adamKernels]))
const model = new Sequential([
  new Dense({ units: 512, activation: 'relu', inputShape: [784] }),
  new Dense({ units: 512, activation: 'relu' }),
  new Dense({ units: 10, activation: 'softmax' }),
])
model.compile({ optimizer: new Adam(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })

export const fit = (x, y) => model.fit(x, y, { batchSize: 32 })
