import type {} from 'vitest'

/** The modes that are tested in a browser, each in a Chromium started for it. */
export type BrowserMode = 'webgl2' | 'webgpu'

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether what a test needs must be there: set where continuous integration runs. */
    readonly ci: boolean
    readonly browserMode: BrowserMode
    /** How many inputs the kits take for each op: graphics in software are slow. */
    readonly gpuSamples: number
    /** Whether training takes all digits, not the first few thousand. */
    readonly wholeMnist: boolean
  }
}
