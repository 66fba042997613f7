import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { inject } from 'vitest'
import { gpuBackend } from './index.ts'
import './testing/provided.ts'

testBackend('gpu cpu', () => gpuBackend({ mode: 'cpu' }), { samples: inject('gpuSamples') })
