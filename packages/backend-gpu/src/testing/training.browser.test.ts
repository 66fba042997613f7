import { inject, test } from 'vitest'
import { gpuBackend } from '../index.ts'
import { whyNotInBrowser } from './browser-mode.ts'
import { fetchDigits } from './fetch-digits.ts'
import { testMode } from './test-mode.ts'
import { expectTrainedAlike, trainingTimeout } from './train-digits.ts'

const mode = inject('browserMode')

testMode(`${mode} in Chromium`, await whyNotInBrowser(mode), () => {
  test(`${mode} trains as the CPU does`, { timeout: trainingTimeout }, async () => {
    const backend = await gpuBackend({ mode })
    await expectTrainedAlike(backend, await fetchDigits())
    backend.dispose()
  })
})
