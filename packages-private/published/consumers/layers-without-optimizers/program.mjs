import { cpuBackend } from '@tapegrad/backend-cpu'
import { grad, setBackend, sum, tensor } from '@tapegrad/core'
import { Dense, Sequential } from '@tapegrad/layers'

setBackend(cpuBackend())
const model = new Sequential([
  new Dense({ units: 1, useBias: false, kernelInitializer: 'ones', inputShape: [2] }),
])
const x = tensor([[1, 2]])
const prediction = JSON.stringify(await model.apply(x).array())
const [kernel] = model.trainableVariables
const gradient = grad(() => sum(model.apply(x)))(kernel)
console.log(`prediction ${prediction}, gradient ${JSON.stringify(await gradient.array())}`)
