import { inject, test } from 'vitest'
import { gpuBackend } from '../index.ts'
import { whyNotInBrowser } from './browser-mode.ts'
import { expectDocumented } from './table-row.ts'
import { testMode } from './test-mode.ts'

const mode = inject('browserMode')

testMode(`${mode} in Chromium`, await whyNotInBrowser(mode), () => {
  test(`docs/backends.md tells ${mode}`, async (context) => {
    const backend = await gpuBackend({ mode })
    expectDocumented(context, backend, `gpuBackend({ mode: '${mode}' })`, 'browsers')
    backend.dispose()
  })
})
