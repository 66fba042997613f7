const howToGetIt =
  'it takes the package webgpu and a Vulkan driver, on Linux with its loader ' +
  '(Debian: apt-get install libvulkan1 chromium, whose driver in software is found; or set VK_ICD_FILENAMES)'

/** Why there is no WebGPU in this Node and how to get it; undefined where an adapter answers. */
export async function whyNoNodeWebGPU(): Promise<string | undefined> {
  try {
    return (await adapter()) === null ? `no adapter answers: ${howToGetIt}` : undefined
  } catch (error) {
    return `webgpu does not load (${String(error)}): ${howToGetIt}`
  }
}

/** Whether WebGPU in this Node is drawn in software, by the driver that the tests take by themselves. */
export async function isSwiftShader(): Promise<boolean> {
  return (await adapter())?.info.architecture === 'swiftshader'
}

async function adapter(): Promise<GPUAdapter | null> {
  const { create } = await import('webgpu')
  return create([]).requestAdapter()
}
