/** How many large arrays were made on a device, and how many of them there are. */
export interface LargeCount {
  made: number
  alive: number
}

/** Elements of which an array counts as large: more than any of what kernels keep for themselves. */
const least = 1000

/** Counts the buffers that WebGPU makes from now on. */
export function countLargeBuffers(device: GPUDevice): LargeCount {
  const count = { made: 0, alive: 0 }
  const { createBuffer } = device
  device.createBuffer = (options) => {
    const buffer = createBuffer.call(device, options)
    if (options.size < least * 4) return buffer
    count.made++
    count.alive++
    const { destroy } = buffer
    let isAlive = true
    buffer.destroy = () => {
      if (isAlive) count.alive--
      isAlive = false
      return destroy.call(buffer)
    }
    return buffer
  }
  return count
}

/** Counts the textures that get their size from WebGL2 from now on. */
export function countLargeTextures(gl: WebGL2RenderingContext): LargeCount {
  const count = { made: 0, alive: 0 }
  const large = new Set<WebGLTexture>()
  const { texImage2D, texStorage2D, deleteTexture } = gl
  const note = (width: unknown, height: unknown): void => {
    const texture = gl.getParameter(gl.TEXTURE_BINDING_2D) as WebGLTexture | null
    if (texture === null) return
    large.delete(texture)
    if (Number(width) * Number(height) >= least) {
      large.add(texture)
      count.made++
    }
    count.alive = large.size
  }
  gl.texImage2D = (...args: unknown[]): void => {
    Reflect.apply(texImage2D, gl, args)
    note(args[3], args[4])
  }
  gl.texStorage2D = (target, levels, format, width, height): void => {
    texStorage2D.call(gl, target, levels, format, width, height)
    note(width, height)
  }
  gl.deleteTexture = (texture): void => {
    deleteTexture.call(gl, texture)
    if (texture !== null) large.delete(texture)
    count.alive = large.size
  }
  return count
}
