import { ArgumentError, UnsupportedError } from '@tapegrad/core'
import { buildModule, FunctionBuilder } from './assembler/index.ts'
import { setEngineFlag } from './engine-flags.ts'
import type { CpuBackendOptions } from './options.ts'

/** What decides the bits of sums of products, and the shapes of their kernels: fixed when a backend is made. */
export interface Arithmetic {
  /** Whether products are added without being rounded first. */
  readonly fused: boolean
  /** Whether the engine joins neighbouring vectors into ones of twice the size. */
  readonly wide: boolean
  /** Whether convolutions of 3×3 taps may be computed by Winograd's minimal filtering. */
  readonly winograd: boolean
}

/** Every step rounds, as on any machine. */
export const plainArithmetic: Arithmetic = { fused: false, wide: false, winograd: true }

/**
 * Decides by the options and the features of the engine alone, never by timing: on one machine, results are the same
 * in every run.
 *
 * @throws {@link ArgumentError} for options that exclude each other.
 * @throws {@link UnsupportedError} where the engine has not what was asked for.
 */
export function chooseArithmetic(options: CpuBackendOptions): Arithmetic {
  const { deterministic = false, relaxedSimd = false, wideSimd = false, winograd = true } = options
  if (deterministic && relaxedSimd) {
    throw new ArgumentError('deterministic and relaxedSimd exclude each other', {
      op: 'cpuBackend',
      received: { deterministic, relaxedSimd },
      expected: 'one of them',
      hint: 'how relaxed instructions round is up to the machine',
    })
  }
  if (relaxedSimd) requireRelaxedSimd()
  if (wideSimd) requireWideSimd()
  return { fused: !deterministic && hasRelaxedSimd(), wide: wideSimd, winograd }
}

let isRelaxed: boolean | undefined

function hasRelaxedSimd(): boolean {
  isRelaxed ??= WebAssembly.validate(relaxedModule())
  return isRelaxed
}

/** Turns relaxed SIMD on where it needs a flag. */
export function requireRelaxedSimd(): void {
  if (hasRelaxedSimd()) return
  // Node 20 has the instructions behind a flag.
  isRelaxed = setEngineFlag('--experimental-wasm-relaxed-simd', 11) && WebAssembly.validate(relaxedModule())
  if (isRelaxed) return
  throw new UnsupportedError('this JavaScript engine has no relaxed SIMD instructions', {
    op: 'cpuBackend',
    expected: 'Node 20, Chrome 114, Firefox 145, or newer',
    hint: 'leave the option relaxedSimd away: they are used wherever they are there without a flag',
  })
}

function requireWideSimd(): void {
  if (setEngineFlag('--experimental-wasm-revectorize', 13)) return
  throw new UnsupportedError('this JavaScript engine cannot be asked to join vectors', {
    op: 'cpuBackend',
    expected: 'Node 24 or newer',
    hint: 'leave the option wideSimd away',
  })
}

/** The smallest module with a relaxed instruction. */
function relaxedModule(): Uint8Array<ArrayBuffer> {
  const fn = new FunctionBuilder('relaxed', ['i32'], ['i32'])
  fn.op('i32x4.splat', fn.params[0])
    .op('i32x4.splat', fn.params[0])
    .op('i32x4.splat', fn.params[0])
    .op('f32x4.relaxed_madd')
    .lane('i32x4.extract_lane', 0)
  return buildModule({ relaxed: fn })
}
