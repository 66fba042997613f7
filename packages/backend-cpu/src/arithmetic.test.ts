import { ArgumentError, UnsupportedError } from '@tapegrad/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { chooseArithmetic, plainArithmetic } from './arithmetic.ts'
import { cpuBackend } from './cpu-backend.ts'
import type { CpuBackendOptions } from './options.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

/** The same functions as after a new start. */
async function fresh(): Promise<typeof import('./arithmetic.ts')> {
  vi.resetModules()
  return import('./arithmetic.ts')
}

describe('the arithmetic', () => {
  test('is plain where results have to be the same everywhere', () => {
    expect(chooseArithmetic({ deterministic: true })).toEqual(plainArithmetic)
  })

  test('is fused where the engine has the instructions, without being asked', async () => {
    const { chooseArithmetic: choose } = await fresh()
    vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(true)
    expect(choose({})).toEqual({ fused: true, wide: false, winograd: true })
    const { chooseArithmetic: chooseAgain } = await fresh()
    vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(false)
    expect(chooseAgain({})).toEqual(plainArithmetic)
  })

  test('is fused where that is asked for', () => {
    expect(chooseArithmetic({ relaxedSimd: true })).toEqual({ fused: true, wide: false, winograd: true })
  })
})

test('options that exclude each other', () => {
  expect(() => cpuBackend({ deterministic: true, relaxedSimd: true })).toThrow(
    'deterministic and relaxedSimd exclude each other',
  )
  expect(() => cpuBackend({ deterministic: true, relaxedSimd: true })).toThrow(ArgumentError)
})

test.each(['deterministic', 'relaxedSimd', 'wideSimd', 'winograd'] as const)(
  '%s that is no boolean',
  (name) => {
    const options = { [name]: 'yes' } as unknown as CpuBackendOptions
    expect(() => cpuBackend(options)).toThrow(`the option ${name} is not a boolean`)
  },
)

test('engines without them say what has them', async () => {
  const { chooseArithmetic: choose } = await fresh()
  vi.stubGlobal('process', undefined)
  vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(false)
  // Another module, another class: by its name.
  expect(() => choose({ relaxedSimd: true })).toThrow('no relaxed SIMD')
  expect(() => choose({ wideSimd: true })).toThrow('Node 24 or newer')
  expect(() => chooseArithmetic({ wideSimd: true })).toThrow(UnsupportedError)
})
