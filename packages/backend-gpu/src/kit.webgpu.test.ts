import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { inject } from 'vitest'
import { gpuBackend } from './index.ts'
import './testing/provided.ts'
import { whyNoNodeWebGPU } from './testing/node-webgpu.ts'
import { testMode } from './testing/test-mode.ts'

testMode('webgpu in Node', await whyNoNodeWebGPU(), () => {
  testBackend('gpu webgpu', () => gpuBackend({ mode: 'webgpu' }), { samples: inject('gpuSamples') })
})
