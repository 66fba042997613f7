import { ArgumentError, checkOptionNames } from '@tapegrad/core'

/** How a {@link blasBackend} is made. */
export interface BlasBackendOptions {
  /** The library: a path, or a name that the system's loader finds. Default: the first one that is there. */
  readonly library?: string
  /** On how many threads it computes. Default: the library's own choice. */
  readonly threads?: number
  /** The most bytes of memory that tensors may take, as in `cpuBackend`. */
  readonly memoryLimit?: number
}

const optionNames: Readonly<Record<keyof BlasBackendOptions, true>> = {
  library: true,
  threads: true,
  memoryLimit: true,
}

/** Throws {@link ArgumentError} where the options are not what they should be; `cpuBackend` checks its own. */
export function checkOptions(options: unknown): asserts options is BlasBackendOptions {
  checkOptionNames('blasBackend', options, Object.keys(optionNames))
  const { library, threads } = options as { library?: unknown; threads?: unknown }
  if (library !== undefined && (typeof library !== 'string' || library === '')) {
    throw new ArgumentError('the option library is not a name', {
      op: 'blasBackend',
      received: { library },
      expected: 'a path such as /usr/lib/libopenblas.so, or a name such as libopenblas.so.0',
    })
  }
  const isCount = Number.isInteger(threads) && Number(threads) >= 1 && Number(threads) <= mostThreads
  if (threads !== undefined && !isCount) {
    throw new ArgumentError('the option threads is out of range', {
      op: 'blasBackend',
      received: { threads },
      expected: `a whole number from 1 to ${mostThreads}`,
    })
  }
}

const mostThreads = 1024
