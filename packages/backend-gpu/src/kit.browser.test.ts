import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { inject } from 'vitest'
import { gpuBackend } from './index.ts'
import './testing/provided.ts'
import { whyNotInBrowser } from './testing/browser-mode.ts'
import { testMode } from './testing/test-mode.ts'

const mode = inject('browserMode')

testMode(`${mode} in Chromium`, await whyNotInBrowser(mode), () => {
  testBackend(`gpu ${mode}`, () => gpuBackend({ mode }), { samples: inject('gpuSamples') })
})
