import { ArgumentError } from '@tapegrad/core'

/** How a {@link cpuBackend} is made. */
export interface CpuBackendOptions {
  /** The most bytes of memory that tensors may take: from 1 MiB to 4 GiB. Default: 4 GiB. */
  readonly memoryLimit?: number
  /**
   * Whether matrix products round every step, so that they have the same bits on every machine. Default: false, which
   * adds products that are not rounded where the engine has relaxed SIMD: faster, and as the machine does it.
   */
  readonly deterministic?: boolean
  /**
   * Turns relaxed SIMD on in Node 20, for the whole process; elsewhere it is used where it is there. It is experimental
   * in Node 20. Default: false.
   */
  readonly relaxedSimd?: boolean
  /**
   * Turns on, for the whole process, V8's joining of vectors into ones of 256 bits, in Node 24 and newer, for matrix
   * products. It is experimental, and checked against exact sums first. Default: false.
   */
  readonly wideSimd?: boolean
  /**
   * Whether float32 convolutions of 3 × 3 taps with stride 1 are computed by Winograd's minimal filtering F(4×4, 3×3)
   * where channels and outputs are many: with fewer multiplications and about ten times the error (some 5e-6 of the
   * largest output), and a NaN or an infinity of the input makes all outputs of its tiles of 4 × 4 NaN. Default: true,
   * with `deterministic`, too, as each step of it rounds; false sums the products themselves.
   */
  readonly winograd?: boolean
}

const flagNames = [
  'deterministic',
  'relaxedSimd',
  'wideSimd',
  'winograd',
] as const satisfies (keyof CpuBackendOptions)[]
const optionNames: readonly string[] = ['memoryLimit', ...flagNames] satisfies (keyof CpuBackendOptions)[]

const leastMemory = 2 ** 20
const mostMemory = 2 ** 32

/** Throws {@link ArgumentError} where the options are not what they should be. */
export function checkOptions(options: unknown): asserts options is CpuBackendOptions {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentError('the options are not an object', { op: 'cpuBackend', received: { options } })
  }
  for (const [name, value] of Object.entries(options)) {
    if (optionNames.includes(name)) continue
    throw new ArgumentError(`the option ${name} is unknown`, {
      op: 'cpuBackend',
      received: { [name]: value },
      expected: `one of ${optionNames.join(', ')}`,
    })
  }
  for (const name of flagNames) {
    const value: unknown = (options as CpuBackendOptions)[name]
    if (value === undefined || typeof value === 'boolean') continue
    throw new ArgumentError(`the option ${name} is not a boolean`, {
      op: 'cpuBackend',
      received: { [name]: value },
      expected: 'true or false',
    })
  }
  const { memoryLimit }: { memoryLimit?: unknown } = options
  const isInRange = typeof memoryLimit === 'number' && memoryLimit >= leastMemory && memoryLimit <= mostMemory
  if (memoryLimit !== undefined && !isInRange) {
    throw new ArgumentError('the option memoryLimit is out of range', {
      op: 'cpuBackend',
      received: { memoryLimit },
      expected: `a number of bytes from ${leastMemory} to ${mostMemory}`,
    })
  }
}
