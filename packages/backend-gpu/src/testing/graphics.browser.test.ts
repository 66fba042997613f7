import { expect, inject, test } from 'vitest'
import './provided.ts'

const mode = inject('browserMode')

test('the page is isolated, so that it has shared memory', () => {
  expect(crossOriginIsolated).toBe(true)
  expect(new SharedArrayBuffer(4).byteLength).toBe(4)
})

if (mode === 'webgl2') {
  test('WebGL2 draws in software and into floats', () => {
    const gl = document.createElement('canvas').getContext('webgl2')!
    expect(gl).not.toBeNull()
    const info = gl.getExtension('WEBGL_debug_renderer_info')!
    expect(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)).toContain('SwiftShader')
    expect(gl.getExtension('EXT_color_buffer_float')).not.toBeNull()
  })
}

if (mode === 'webgpu') {
  test('WebGPU answers with an adapter in software that makes a device', async () => {
    const adapter = (await navigator.gpu.requestAdapter())!
    expect(adapter).not.toBeNull()
    expect(`${adapter.info.vendor} ${adapter.info.architecture}`).toContain('swiftshader')
    const device = await adapter.requestDevice()
    expect(device.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(128 * 2 ** 20)
    device.destroy()
  })
}
