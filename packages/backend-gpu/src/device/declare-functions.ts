import type { Gpu } from '../gpu-js.ts'

/** The first line of a function in GLSL, as gpu.js writes it. */
const heading = /^(?:float|int|bool) \w+\([^)]*\)(?= \{)/gm

/**
 * A `Gpu` whose shaders declare every function before the first is written, without which WebGL may not compile them.
 *
 * gpu.js lists callers before callees and writes the list backwards; a function that it meets again it moves to the
 * end, but leaves what that calls where it was: then the caller is written before the function that it calls.
 */
export function declareFunctions(gpu: Gpu): Gpu {
  return {
    createKernel: (source, settings) => {
      const run = gpu.createKernel(source, settings)
      const { kernel } = run
      const translate = kernel.translateSource
      kernel.translateSource = () => {
        translate?.call(kernel)
        const declarations = kernel.translatedSource?.match(heading) ?? []
        kernel.translatedSource = [...declarations.map((line) => `${line};`), kernel.translatedSource].join(
          '\n',
        )
      }
      return run
    },
    destroy: () => gpu.destroy(),
  }
}
