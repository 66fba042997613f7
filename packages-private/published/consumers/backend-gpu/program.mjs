import { gpuBackend } from '@tapegrad/backend-gpu'
import { matmul, setBackend, tensor } from '@tapegrad/core'

setBackend(await gpuBackend({ mode: typeof document === 'undefined' ? 'cpu' : 'webgl2' }))
const x = tensor([
  [1, 2],
  [3, 4],
])
console.log(`product ${JSON.stringify(await matmul(x, x).array())}`)
