const { cpuBackend } = require('@tapegrad/backend-cpu')
const { grad, mul, setBackend, square, sum, tensor } = require('@tapegrad/core')

setBackend(cpuBackend())
const cube = (x) => sum(mul(x, square(x)))
console.log(`gradient ${JSON.stringify(grad(cube)(tensor([1, 2, 3])).arraySync())}`)
