import { expect, test } from 'vitest'
import { whyNoNodeWebGPU } from './node-webgpu.ts'
import { testMode } from './test-mode.ts'

testMode('webgpu in Node', await whyNoNodeWebGPU(), () => {
  test('webgpu in Node: an adapter makes a device', async () => {
    const { create } = await import('webgpu')
    const adapter = (await create([]).requestAdapter())!
    const device = await adapter.requestDevice()
    expect(device.limits.maxComputeInvocationsPerWorkgroup).toBeGreaterThanOrEqual(256)
    device.destroy()
  })
})
