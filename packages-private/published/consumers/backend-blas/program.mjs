import { blasBackend } from '@tapegrad/backend-blas'
import { cpuBackend } from '@tapegrad/backend-cpu'
import { matmul, ones, setBackend, UnsupportedError } from '@tapegrad/core'

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
