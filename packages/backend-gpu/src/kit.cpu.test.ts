import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { gpuBackend } from './index.ts'

testBackend('gpu cpu', () => gpuBackend({ mode: 'cpu' }), { samples: 4 })
