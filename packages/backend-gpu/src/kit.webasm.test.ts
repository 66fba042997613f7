import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { inject } from 'vitest'
import { gpuBackend } from './index.ts'
import './testing/provided.ts'

testBackend('gpu webasm', () => gpuBackend({ mode: 'webasm' }), { samples: inject('gpuSamples') })
