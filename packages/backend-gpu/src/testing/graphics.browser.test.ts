import { expect, inject, test } from 'vitest'
import { whyNotInBrowser } from './browser-mode.ts'
import { testMode } from './test-mode.ts'

const mode = inject('browserMode')

test('the page is isolated, so that it has shared memory', () => {
  expect(crossOriginIsolated).toBe(true)
  expect(new SharedArrayBuffer(4).byteLength).toBe(4)
})

testMode(`${mode} in Chromium`, await whyNotInBrowser(mode), () => {
  if (mode === 'webgl2') {
    test('WebGL2 draws in software', () => {
      const gl = document.createElement('canvas').getContext('webgl2')!
      const info = gl.getExtension('WEBGL_debug_renderer_info')!
      expect(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)).toContain('SwiftShader')
    })
  } else {
    test('WebGPU computes in software, in devices large enough', async () => {
      const adapter = (await navigator.gpu.requestAdapter())!
      expect(adapter.info.architecture).toBe('swiftshader')
      const device = await adapter.requestDevice()
      expect(device.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(128 * 2 ** 20)
      device.destroy()
    })
  }
})
