import { test } from 'vitest'
import { gpuBackend } from '../index.ts'
import { whyNoNodeWebGPU } from './node-webgpu.ts'
import { ownGPU, whyNoHeadlessGL } from './own-gpu-js.ts'
import { readDigits } from './read-digits.ts'
import { testMode } from './test-mode.ts'
import { expectTrainedAlike, trainingTimeout } from './train-digits.ts'

const whyNot = { cpu: undefined, webasm: undefined, webgpu: await whyNoNodeWebGPU() }

for (const mode of ['cpu', 'webasm', 'webgpu'] as const) {
  testMode(`${mode} in Node`, whyNot[mode], () => {
    test(`${mode} trains as the CPU does`, { timeout: trainingTimeout }, async () => {
      const backend = await gpuBackend({ mode })
      await expectTrainedAlike(backend, await readDigits())
      backend.dispose()
    })
  })
}

if (ownGPU === undefined) test.skip(whyNoHeadlessGL)
else {
  test('headlessgl trains as the CPU does', { timeout: trainingTimeout }, async () => {
    const backend = await gpuBackend({ mode: 'headlessgl', GPU: ownGPU! })
    await expectTrainedAlike(backend, await readDigits())
    backend.dispose()
  })
}
