import type { HelperFunction, KernelSettings } from '../gpu-js.ts'

/** The settings that all kernels share: results stay on the device, and any length runs the same compiled kernel. */
export function kernelSettings(given: {
  readonly output: readonly number[]
  readonly argumentTypes?: Readonly<Record<string, string>>
  readonly functions?: readonly HelperFunction[]
}): KernelSettings {
  return {
    argumentTypes: {},
    functions: [],
    ...given,
    pipeline: true,
    immutable: true,
    dynamicOutput: true,
    dynamicArguments: true,
    precision: 'single',
    // Other tactics break results that grow.
    tactic: 'precision',
    // The default cuts loops off after 1,000 rounds without saying so.
    loopMaxIterations: 2 ** 28,
  }
}
