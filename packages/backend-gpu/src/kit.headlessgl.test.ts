import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { inject, test } from 'vitest'
import { gpuBackend } from './index.ts'
import './testing/provided.ts'
import { ownGPU, whyNoHeadlessGL } from './testing/own-gpu-js.ts'

if (ownGPU === undefined) test.skip(whyNoHeadlessGL)
else
  testBackend('gpu headlessgl', () => gpuBackend({ mode: 'headlessgl', GPU: ownGPU! }), {
    samples: inject('gpuSamples'),
  })
