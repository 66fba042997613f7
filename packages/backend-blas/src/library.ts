import { createRequire } from 'node:module'
import { type ErrorDetails, UnsupportedError } from '@tapegrad/core'

/**
 * `cblas_sgemm` or `cblas_dgemm`: C = alpha · op(A) · op(B) + beta · C.
 *
 * Matrices are addresses in the memory of the process.
 *
 * @see https://netlib.org/blas/#_cblas
 */
export type Gemm = (
  order: number,
  transposeA: number,
  transposeB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  leadA: number,
  b: number,
  leadB: number,
  beta: number,
  c: number,
  leadC: number,
) => void

/** A library that is loaded. */
export interface BlasLibrary {
  /** The name under which it was found. */
  readonly name: string
  readonly sgemm: Gemm
  readonly dgemm: Gemm
  /** Sets the threads of the whole process; only OpenBLAS has a function for it. */
  readonly setThreads: ((count: number) => void) | undefined
  /** Where the bytes of an array lie in the memory of the process. */
  readonly addressOf: (bytes: Uint8Array) => number
}

type Koffi = typeof import('koffi')

/** Where a library is looked for, the fastest first. Elsewhere the names of Linux are tried. */
export const libraryNames: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['libopenblas.so.0', 'libopenblas.so', 'libcblas.so.3', 'libcblas.so', 'libblas.so.3'],
  darwin: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
    '/usr/local/opt/openblas/lib/libopenblas.dylib',
    'libopenblas.dylib',
  ],
  win32: ['libopenblas.dll', 'openblas.dll'],
}

const howToInstall: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'brew install openblas',
  win32: 'put libopenblas.dll of an OpenBLAS release into a folder of PATH',
}
const onLinux = 'apt-get install libopenblas0 (Debian, Ubuntu), dnf install openblas (Fedora)'

/**
 * Loads a BLAS with a C interface.
 *
 * @param library Its name or path; where undefined, the first of `names` that loads.
 * @throws {@link UnsupportedError} where there is none, saying what to install.
 */
export function loadLibrary(
  library: string | undefined,
  names: readonly string[] = libraryNames[process.platform] ?? libraryNames.linux!,
  platform: NodeJS.Platform = process.platform,
): BlasLibrary {
  const koffi = loadKoffi()
  const failures: Record<string, string> = {}
  for (const name of library === undefined ? names : [library]) {
    try {
      return bind(koffi, name)
    } catch (error) {
      failures[name] = error instanceof Error ? error.message : String(error)
    }
  }
  const what =
    library === undefined
      ? 'no BLAS library with a C interface was found'
      : 'the library does not load, or has no C interface of a BLAS'
  throw unsupported(what, {
    received: failures,
    expected: 'a library with cblas_sgemm and cblas_dgemm, such as OpenBLAS',
    hint: `${howToInstall[platform] ?? onLinux}; or name it: blasBackend({ library: '/path/to/it' })`,
  })
}

function loadKoffi(): Koffi {
  try {
    // Not imported: where there is no binary for the platform, loading throws, and that gets a name here.
    return createRequire(import.meta.url)('koffi')
  } catch (cause) {
    throw unsupported('koffi, which calls the library, does not load on this platform', {
      received: { platform: `${process.platform} ${process.arch}` },
      hint: 'install with optional dependencies, where the binaries of koffi are; or take cpuBackend()',
      cause,
    })
  }
}

function bind(koffi: Koffi, name: string): BlasLibrary {
  const library = koffi.load(name)
  const gemm = (symbol: string, real: string): Gemm =>
    library.func(symbol, 'void', [
      ...['int', 'int', 'int', 'int', 'int', 'int'],
      ...[real, 'void *', 'int', 'void *', 'int'],
      ...[real, 'void *', 'int'],
    ])
  return {
    name,
    sgemm: gemm('cblas_sgemm', 'float'),
    dgemm: gemm('cblas_dgemm', 'double'),
    setThreads: optional(() => library.func('openblas_set_num_threads', 'void', ['int'])),
    addressOf: (bytes) => Number(koffi.address(bytes)),
  }
}

function optional<F>(find: () => F): F | undefined {
  try {
    return find()
  } catch {
    return undefined
  }
}

/** Sets the threads of a library; throws {@link UnsupportedError} where it has no function for that. */
export function setThreads({ name, setThreads: set }: BlasLibrary, threads: number): void {
  if (set === undefined) {
    throw unsupported('the threads of this library cannot be set', {
      received: { threads, library: name },
      expected: 'OpenBLAS, which has openblas_set_num_threads',
      hint: 'leave threads out; libraries read environment variables of their own',
    })
  }
  set(threads)
}

/** The error of a library that cannot be used. */
export function unsupported(what: string, details: ErrorDetails): UnsupportedError {
  return new UnsupportedError(what, { op: 'blasBackend', ...details })
}
