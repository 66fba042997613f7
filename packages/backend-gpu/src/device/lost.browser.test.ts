import { add, BackendLostError, matmul, ones, type Storage, setBackend, type Tensor } from '@tapegrad/core'
import { expect, inject, test } from 'vitest'
import type { DeviceArray } from '../gpu-js.ts'
import { gpuBackend } from '../index.ts'
import { whyNotInBrowser } from '../testing/browser-mode.ts'
import { testMode } from '../testing/test-mode.ts'
import type { GpuHandle } from './slot.ts'

const mode = inject('browserMode')

testMode(`${mode} in Chromium`, await whyNotInBrowser(mode), () => {
  test('a device that is lost fails reads that wait and later ones; a new backend works', async () => {
    setBackend(await gpuBackend({ mode }))
    const x = ones([3])
    await x.data()
    lose(x)
    const sum = add(x, 1)
    const results = await Promise.allSettled([
      x.data(),
      sum.data(),
      matmul(ones([2, 2]), ones([2, 2])).data(),
    ])
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(BackendLostError) })
    }
    await expect(x.data()).rejects.toThrow(/is lost\.(.|\n)*hint: make a new backend/)
    x.dispose()
    sum.dispose()

    setBackend(await gpuBackend({ mode }))
    expect(await add(ones([2]), 1).array()).toEqual([2, 2])
  })
})

/** Takes the device behind a tensor away. */
function lose({ storage }: Tensor): void {
  const { context } = (storage as Storage<GpuHandle>).handle as DeviceArray
  if (mode === 'webgpu') (context as { device: { destroy(): void } }).device.destroy()
  else (context as WebGL2RenderingContext).getExtension('WEBGL_lose_context')!.loseContext()
}
