import { UnsupportedError } from '@tapegrad/core'
import { buildModule, FunctionBuilder } from './assembler/index.ts'

let isSupported: boolean | undefined

/**
 * Throws where the host cannot run the kernels.
 *
 * @throws {@link UnsupportedError} without WebAssembly or its vector instructions.
 */
export function checkSimdSupport(): void {
  isSupported ??= typeof WebAssembly === 'object' && WebAssembly.validate(vectorModule())
  if (isSupported) return
  throw new UnsupportedError('this JavaScript engine has no WebAssembly SIMD', {
    op: 'cpuBackend',
    expected: 'Node 16, Chrome 91, Firefox 89, Safari 16.4, or newer',
    hint: "use referenceBackend() of '@tapegrad/core/reference', which is slow but runs everywhere",
  })
}

/** The smallest module with a vector instruction. */
function vectorModule(): Uint8Array<ArrayBuffer> {
  const fn = new FunctionBuilder('vector', ['i32'], ['i32'])
  fn.op('i32x4.splat', fn.params[0]).lane('i32x4.extract_lane', 0)
  return buildModule({ vector: fn })
}
