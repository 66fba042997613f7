import { ArgumentError, cumsumKernel, softmax, softmaxKernel, sortKernel, tensor } from '@tapegrad/core'
import { describe, expect, test } from 'vitest'
import { cpuBackend } from './cpu-backend.ts'
import * as exported from './kernels.ts'

const { cpuBackendWith, softmaxKernels, sortKernels, scanKernels } = exported
const families = Object.entries(exported)
  .filter(([name]) => name.endsWith('Kernels'))
  .map(([, family]) => family as exported.CpuKernels)

describe('cpuBackendWith', () => {
  test('has the kernels of the families that it is given, and no others', () => {
    const { kernels } = cpuBackendWith([sortKernels, scanKernels])
    expect(kernels.get(sortKernel)).toBeDefined()
    expect(kernels.get(cumsumKernel)).toBeDefined()
    expect(kernels.get(softmaxKernel)).toBeUndefined()
    expect([...cpuBackendWith([]).kernels.keys()]).toEqual([])
  })

  test('with all families has every kernel of cpuBackend, each from one family', () => {
    const names = (list: readonly exported.CpuKernels[]): string[] =>
      [...cpuBackendWith(list).kernels.keys()].map(({ name }) => name).sort()
    expect(names(families)).toEqual([...cpuBackend().kernels.keys()].map(({ name }) => name).sort())
    expect(families.flatMap((family) => names([family])).sort()).toEqual(names(families))
  })

  test('computes without kernels what it computes with them', () => {
    const values = [-2, 0.5, 3, 1]
    const [plain, fused] = [[], [softmaxKernels]].map((list) =>
      softmax(tensor(values, { backend: cpuBackendWith(list) })).dataSync(),
    ) as [Float32Array, Float32Array]
    for (const [i, value] of fused.entries()) expect(value).toBeCloseTo(plain[i]!, 6)
  })

  test('takes the options of cpuBackend', () => {
    const backend = cpuBackendWith([], { memoryLimit: 2 ** 20 })
    expect(() => tensor(new Float32Array(2 ** 19), { backend })).toThrow('no room')
    // @ts-expect-error: misspelt
    expect(() => cpuBackendWith([], { memorylimit: 2 ** 20 })).toThrow('the option memorylimit is unknown')
  })

  test.each([
    ['no list', undefined],
    ['a family outside a list', softmaxKernels],
    ['a name', ['softmaxKernels']],
  ])('refuses %s', (_name, given) => {
    // @ts-expect-error: not a list of families
    expect(() => cpuBackendWith(given)).toThrow(ArgumentError)
  })
})
