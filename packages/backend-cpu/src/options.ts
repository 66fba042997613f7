import { ArgumentError } from '@tapegrad/core'

/** How a {@link cpuBackend} is made. */
export interface CpuBackendOptions {
  /** The most bytes of memory that tensors may take: from 1 MiB to 4 GiB. Default: 4 GiB. */
  readonly memoryLimit?: number
}

const optionNames: Readonly<Record<keyof CpuBackendOptions, true>> = { memoryLimit: true }

const leastMemory = 2 ** 20
const mostMemory = 2 ** 32

/** Throws {@link ArgumentError} where the options are not what they should be. */
export function checkOptions(options: unknown): asserts options is CpuBackendOptions {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentError('the options are not an object', { op: 'cpuBackend', received: { options } })
  }
  for (const [name, value] of Object.entries(options)) {
    if (Object.hasOwn(optionNames, name)) continue
    throw new ArgumentError(`the option ${name} is unknown`, {
      op: 'cpuBackend',
      received: { [name]: value },
      expected: `one of ${Object.keys(optionNames).join(', ')}`,
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
