import type { GpuClass } from '../gpu-js.ts'

const file = process.env['GPU_JS']

/** The class of the gpu.js that GPU_JS names, whose native package `gl` takes minutes to compile: most runs have none. */
export const ownGPU: GpuClass | undefined =
  file === undefined ? undefined : ((await import(file)) as { readonly GPU: GpuClass }).GPU

/** What the test that stands for headlessgl is called where it cannot run. */
export const whyNoHeadlessGL =
  'headlessgl is not tested: set GPU_JS to the main file of a gpu.js whose package gl is compiled'
