import { add, matmul, ones, type Storage, setBackend, softmax, sum, tanh, tensor, tidy } from '@tapegrad/core'
import { expect, inject, test } from 'vitest'
import type { DeviceArray } from '../gpu-js.ts'
import { gpuBackend } from '../index.ts'
import { whyNotInBrowser } from '../testing/browser-mode.ts'
import { countLargeBuffers, countLargeTextures } from '../testing/count-large.ts'
import { testMode } from '../testing/test-mode.ts'
import type { GpuHandle } from './slot.ts'

const mode = inject('browserMode')

testMode(`${mode} in Chromium`, await whyNotInBrowser(mode), () => {
  test('arrays on the device go with their tensors, what kernels keep of their latest call included', async () => {
    const backend = await gpuBackend({ mode })
    setBackend(backend)
    const x = ones([64, 64])
    await x.data()
    const { context } = (x.storage as Storage<GpuHandle>).handle as DeviceArray
    const large =
      mode === 'webgpu'
        ? countLargeBuffers((context as { device: GPUDevice }).device)
        : countLargeTextures(context as WebGL2RenderingContext)
    for (let i = 0; i < 20; i++) {
      const result = tidy(() => sum(softmax(tanh(matmul(add(x, tensor(Array(64).fill(i))), x)))))
      await result.data()
      result.dispose()
    }
    await backend.sync()
    expect(large.made).toBeGreaterThan(100)
    expect(large.alive).toBe(0)
    x.dispose()
  })
})
