/** The part of `navigator.gpu` that is used here. */
interface WebGPUEntry {
  requestAdapter(): Promise<unknown>
}

/** The package that brings WebGPU to Node: an optional peer, named apart so that bundlers for browsers leave it alone. */
const nodePackage = 'webgpu'

interface NodeWebGPU {
  create(options: readonly string[]): WebGPUEntry
  readonly globals: Readonly<Record<string, unknown>>
}

/** Makes sure that `navigator.gpu` is there and has an adapter; else returns what to do about it. */
export async function findWebGPU(): Promise<string | undefined> {
  if (entry() === undefined) {
    if (typeof process === 'undefined' || process.versions?.node === undefined) {
      return 'open the program in a browser that has WebGPU, from https or localhost'
    }
    try {
      provide((await import(/* @vite-ignore */ nodePackage)) as NodeWebGPU)
    } catch (error) {
      return `npm install webgpu, which brings WebGPU to Node (${(error as Error).message.split('\n', 1)[0]})`
    }
  }
  const adapter = await entry()!.requestAdapter()
  return adapter === null ? 'install a driver for the GPU; on Linux also libvulkan1' : undefined
}

function entry(): WebGPUEntry | undefined {
  const { navigator } = globalThis as { navigator?: { gpu?: WebGPUEntry } }
  return navigator?.gpu
}

/** Puts WebGPU where browsers have it; gpu.js looks there. */
function provide({ create, globals }: NodeWebGPU): void {
  Object.assign(globalThis, globals)
  const scope = globalThis as { navigator?: object }
  // Node has a navigator from version 21 on.
  if (scope.navigator === undefined)
    Object.defineProperty(scope, 'navigator', { value: {}, configurable: true })
  Object.defineProperty(scope.navigator, 'gpu', { value: create([]), configurable: true })
}
