const { blasBackend } = require('@tapegrad/backend-blas')
const { cpuBackend } = require('@tapegrad/backend-cpu')
const { matmul, ones, setBackend, UnsupportedError } = require('@tapegrad/core')

function fastestBackend() {
  try {
    return blasBackend()
  } catch (error) {
    if (error instanceof UnsupportedError) return cpuBackend()
    throw error
  }
}

setBackend(fastestBackend())
console.log(`product ${matmul(ones([64, 64]), ones([64, 64])).dataSync()[0]}`)
