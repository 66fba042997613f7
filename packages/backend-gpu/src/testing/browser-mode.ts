import type { BrowserMode } from './provided.ts'

/** Why this browser has no WebGL2 that draws into floats, or no WebGPU; undefined where it has. */
export async function whyNotInBrowser(mode: BrowserMode): Promise<string | undefined> {
  if (mode === 'webgl2') {
    const gl = document.createElement('canvas').getContext('webgl2')
    if (gl === null) return 'the browser gives no WebGL2 context'
    return gl.getExtension('EXT_color_buffer_float') === null ? 'WebGL2 does not draw into floats' : undefined
  }
  if (navigator.gpu === undefined) return 'the browser has no WebGPU'
  const adapter = await navigator.gpu.requestAdapter()
  return adapter === null ? 'the browser gives no WebGPU adapter' : undefined
}
