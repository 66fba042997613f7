import { type CpuBackend, cpuBackend } from '@tapegrad/backend-cpu'
import { type Backend, type Capabilities, extendBackend, type View } from '@tapegrad/core'
import { type BlasLibrary, loadLibrary, setThreads, unsupported } from './library.ts'
import { makeMultiply } from './multiply.ts'
import { type BlasBackendOptions, checkOptions } from './options.ts'
import { checkLibrary } from './self-check.ts'

/** A CPU backend whose matrix products a BLAS computes. */
export interface BlasBackend extends Required<Omit<Backend<number>, 'sync'>> {
  /** The library that was found. */
  readonly library: string
}

/** Which products are worth the call of a library. */
export interface Worth {
  /** Below so many multiplications the CPU backend is done before the library begins, */
  readonly products: number
  /** and it is faster where a matrix is a vector, whatever its length. */
  readonly lines: number
}

const measuredWorth: Worth = { products: 16_384, lines: 2 }

/**
 * Makes the backend that multiplies float32 and float64 matrices with the system's BLAS, in Node; everything else is
 * `cpuBackend`'s, in whose memory the library computes without copies.
 *
 * @throws {@link UnsupportedError} where no library is found, it computes wrong products, or `threads` is given and
 * it has no function for that.
 * @throws {@link ArgumentError} for unknown options or values out of range.
 * @see https://www.openblas.net
 * @example
 * ```ts
 * import { blasBackend } from '@tapegrad/backend-blas'
 * import { matmul, ones, setBackend } from '@tapegrad/core'
 *
 * setBackend(blasBackend({ threads: 2 }))
 * console.log(matmul(ones([512, 784]), ones([784, 512])).shape) // [512, 512]
 * ```
 */
export function blasBackend(options: BlasBackendOptions = {}): BlasBackend {
  checkOptions(options)
  const { library: wanted, threads, ...cpuOptions } = options
  const cpu = cpuBackend(cpuOptions)
  const library = loadLibrary(wanted)
  if (threads !== undefined) setThreads(library, threads)
  return withLibrary(cpu, library)
}

/** The CPU backend with a library for the products that are worth it. */
export function withLibrary(
  cpu: CpuBackend,
  library: BlasLibrary,
  worth: Worth = measuredWorth,
): BlasBackend {
  const multiply = makeMultiply(library, cpu)
  const { right, specialValues } = checkLibrary(cpu, multiply)
  if (!right) {
    throw unsupported('the library computes wrong products', {
      received: { library: library.name },
      expected: 'cblas_sgemm and cblas_dgemm that take 32-bit integers',
      hint: 'name another one: blasBackend({ library: … })',
    })
  }
  // Libraries may add in another order at another number of threads, which anything in the process may set.
  const caps: Capabilities = { ...cpu.caps, specialValues, deterministic: false }
  return {
    ...extendBackend(cpu, {
      name: 'blas',
      caps,
      readSync: (storage) => cpu.readSync(storage),
      dispose: () => cpu.dispose(),
      matmul: (a, b, out) => (isWorth(worth, a, b, out) ? multiply(a, b, out) : cpu.matmul(a, b, out)),
    }),
    library: library.name,
  }
}

function isWorth({ products, lines }: Worth, { shape }: View, b: View, { dtype }: View): boolean {
  if (dtype !== 'float32' && dtype !== 'float64') return false
  const rows = b.strides[0] === 0 ? shape[0]! * shape[1]! : shape[1]!
  const columns = b.shape[2]!
  return rows >= lines && columns >= lines && rows * columns * shape[2]! >= products
}
