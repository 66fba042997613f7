const { cpuBackend } = require('@tapegrad/backend-cpu')
const { setBackend, square, sub, sum, variable } = require('@tapegrad/core')
const { SGD } = require('@tapegrad/optimizers')

setBackend(cpuBackend())
const w = variable([0, 0])
new SGD({ learningRate: 0.25 }).minimize(() => sum(square(sub(w, 3))), [w])
console.log(`weights ${JSON.stringify(w.arraySync())}`)
