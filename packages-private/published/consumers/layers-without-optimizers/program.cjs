const { cpuBackend } = require('@tapegrad/backend-cpu')
const { grad, setBackend, sum, tensor } = require('@tapegrad/core')
const { Dense, Sequential } = require('@tapegrad/layers')

setBackend(cpuBackend())
const model = new Sequential([
  new Dense({ units: 1, useBias: false, kernelInitializer: 'ones', inputShape: [2] }),
])
const x = tensor([[1, 2]])
const prediction = JSON.stringify(model.apply(x).arraySync())
const [kernel] = model.trainableVariables
const gradient = grad(() => sum(model.apply(x)))(kernel)
console.log(`prediction ${prediction}, gradient ${JSON.stringify(gradient.arraySync())}`)
