import { cpuBackend } from '@tapegrad/backend-cpu'
import { grad, mul, setBackend, square, sum, tensor } from '@tapegrad/core'

setBackend(cpuBackend())
const cube = (x) => sum(mul(x, square(x)))
console.log(`gradient ${JSON.stringify(await grad(cube)(tensor([1, 2, 3])).array())}`)
