import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { test } from 'vitest'
import { gpuBackend } from './index.ts'
import { ownGPU, whyNoHeadlessGL } from './testing/own-gpu-js.ts'

if (ownGPU === undefined) test.skip(whyNoHeadlessGL)
else testBackend('gpu headlessgl', () => gpuBackend({ mode: 'headlessgl', GPU: ownGPU! }), { samples: 2 })
