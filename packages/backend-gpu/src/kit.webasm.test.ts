import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { gpuBackend } from './index.ts'

testBackend('gpu webasm', () => gpuBackend({ mode: 'webasm' }), { samples: 2 })
