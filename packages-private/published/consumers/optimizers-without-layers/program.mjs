import { cpuBackend } from '@tapegrad/backend-cpu'
import { setBackend, square, sub, sum, variable } from '@tapegrad/core'
import { SGD } from '@tapegrad/optimizers'

setBackend(cpuBackend())
const w = variable([0, 0])
new SGD({ learningRate: 0.25 }).minimize(() => sum(square(sub(w, 3))), [w])
console.log(`weights ${JSON.stringify(await w.array())}`)
