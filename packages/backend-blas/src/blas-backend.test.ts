import { cpuBackend } from '@tapegrad/backend-cpu'
import {
  ArgumentError,
  broadcastTo,
  DisposedError,
  type DType,
  flip,
  matmul,
  memory,
  type Tensor,
  tensor,
  tidy,
  transpose,
  UnsupportedError,
  type View,
  zeros,
} from '@tapegrad/core'
import koffi from 'koffi'
import { expect, test } from 'vitest'
import { blasBackend, withLibrary } from './blas-backend.ts'
import { type BlasLibrary, type Gemm, setThreads } from './library.ts'
import { whenLibrary } from './testing/when-library.ts'

const everything = { products: 0, lines: 0 }

/** A backend that tells how the library was called: transpositions and sizes. */
function watched(library: BlasLibrary, worth?: typeof everything) {
  const calls: string[] = []
  const watch =
    (name: string, gemm: Gemm): Gemm =>
    (...given) => {
      const [, turnA, turnB, m, n, k] = given
      calls.push(`${name} ${turnA === 112 ? 'Aᵀ' : 'A'}${turnB === 112 ? 'Bᵀ' : 'B'} ${m}×${k}×${n}`)
      gemm(...given)
    }
  const backend = withLibrary(
    cpuBackend(),
    { ...library, sgemm: watch('sgemm', library.sgemm), dgemm: watch('dgemm', library.dgemm) },
    worth,
  )
  // What it does to know the library.
  calls.length = 0
  return { backend, calls }
}

test.each([
  [null, 'the options are not an object'],
  [{ thread: 2 }, 'unknown option "thread"'],
  [{ library: '' }, 'library is not a name'],
  [{ library: 3 }, 'library is not a name'],
  [{ threads: 0 }, 'threads is out of range'],
  [{ threads: 1.5 }, 'threads is out of range'],
  [{ threads: '2' }, 'threads is out of range'],
  [{ threads: 5000 }, 'threads is out of range'],
  [{ memoryLimit: 1 }, 'memoryLimit is out of range'],
])('refuses the options %j', (options, message) => {
  expect(() => blasBackend(options as object)).toThrow(ArgumentError)
  expect(() => blasBackend(options as object)).toThrow(message)
})

test('a library that is not there', () => {
  expect(() => blasBackend({ library: '/nowhere/libopenblas.so' })).toThrow(UnsupportedError)
})

whenLibrary('the backend', (library) => {
  /** Whole numbers, so that products are exact in any order. */
  const numbers = (
    shape: readonly number[],
    backend: Tensor['storage']['backend'],
    dtype: DType = 'float32',
  ) => {
    const size = shape.reduce((product, side) => product * side, 1)
    const values = Array.from({ length: size }, (_, i) => ((7 * i) % 11) - 5)
    return tensor(values, { shape, dtype, backend })
  }

  test('is the CPU backend under another name', () => {
    const backend = blasBackend()
    const cpu = cpuBackend()
    expect(backend.name).toBe('blas')
    expect(backend.library).toBe(library.name)
    expect(backend.caps).toEqual({
      ...cpu.caps,
      specialValues: expect.any(Boolean),
      deterministic: false,
    })
    expect([...backend.kernels.keys()]).toEqual([...cpu.kernels.keys()])
    const x = tensor([1, 2], { backend })
    expect(x.storage.backend).toBe(backend)
    x.dispose()
  })

  test.each([
    ['rows', [2, 3], [3, 4], (a: Tensor, b: Tensor) => matmul(a, b), ['sgemm AB 2×3×4']],
    [
      'columns',
      [3, 2],
      [4, 3],
      (a: Tensor, b: Tensor) => matmul(transpose(a), transpose(b)),
      ['sgemm AᵀBᵀ 2×3×4'],
    ],
    ['flipped rows', [2, 3], [3, 4], (a: Tensor, b: Tensor) => matmul(flip(a), b), ['sgemm AB 2×3×4']],
    ['one B', [5, 2, 3], [3, 4], (a: Tensor, b: Tensor) => matmul(a, b), ['sgemm AB 10×3×4']],
    [
      'one A',
      [2, 3],
      [2, 3, 4],
      (a: Tensor, b: Tensor) => matmul(a, b),
      ['sgemm AB 2×3×4', 'sgemm AB 2×3×4'],
    ],
    [
      'batches',
      [2, 2, 3],
      [2, 3, 4],
      (a: Tensor, b: Tensor) => matmul(a, b),
      ['sgemm AB 2×3×4', 'sgemm AB 2×3×4'],
    ],
    [
      'a repeated row in each',
      [2, 1, 3],
      [2, 3, 4],
      (a: Tensor, b: Tensor) => matmul(broadcastTo(a, [2, 5, 3]), b),
      ['sgemm AB 5×3×4', 'sgemm AB 5×3×4'],
    ],
    [
      'a repeated matrix of a repeated row',
      [1, 3],
      [2, 3, 4],
      (a: Tensor, b: Tensor) => matmul(broadcastTo(a, [2, 5, 3]), b),
      ['sgemm AB 5×3×4', 'sgemm AB 5×3×4'],
    ],
  ] as const)('%s', (_, shapeA, shapeB, compute, expected) => {
    const { backend, calls } = watched(library, everything)
    const cpu = cpuBackend()
    tidy(() => {
      const { storages } = memory()
      const [received, wanted] = [backend, cpu].map((at) => compute(numbers(shapeA, at), numbers(shapeB, at)))
      expect(received!.arraySync()).toEqual(wanted!.arraySync())
      expect(calls).toEqual(expected)
      expect(memory().storages - storages).toBe(6)
    })
  })

  test('float64 is the library’s, integers are the CPU backend’s', () => {
    const { backend, calls } = watched(library, everything)
    tidy(() => {
      for (const dtype of ['float64', 'int32', 'uint8'] as const) {
        const x = tensor([[1, 2]], { dtype, backend })
        expect(matmul(x, transpose(x)).arraySync()).toEqual([[5]])
      }
    })
    expect(calls).toEqual(['dgemm AB 1×2×1'])
  })

  test('small products and vectors are the CPU backend’s', () => {
    const { backend, calls } = watched(library)
    tidy(() => {
      const x = zeros([64, 64], { backend })
      matmul(zeros([3, 64], { backend }), x)
      matmul(zeros([1, 64], { backend }), zeros([64, 512], { backend }))
      matmul(zeros([512, 64], { backend }), zeros([64, 1], { backend }))
      expect(calls).toEqual([])
      matmul(x, x)
      matmul(zeros([64, 1, 64], { backend }), x)
      expect(calls).toEqual(['sgemm AB 64×64×64', 'sgemm AB 64×64×64'])
    })
  })

  test('after the memory grew it computes in the new one', () => {
    const cpu = cpuBackend()
    const backend = withLibrary(cpu, library, everything)
    tidy(() => {
      const x = numbers([20, 20], backend)
      const expected = matmul(x, x).arraySync()
      const { buffer } = cpu.memory()
      zeros([2 ** 23], { backend })
      expect(cpu.memory().buffer).not.toBe(buffer)
      expect(matmul(x, x).arraySync()).toEqual(expected)
    })
  })

  test('results are as near as those of the CPU backend', () => {
    const values = Float32Array.from({ length: 300 * 300 }, (_, i) => Math.sin(i))
    const [a, b] = [blasBackend(), cpuBackend()].map((backend) => {
      const x = tensor(values, { shape: [300, 300], backend })
      return tidy(() => matmul(x, x).dataSync())
    })
    expect(Math.max(...a!.map((value, i) => Math.abs(value - b![i]!)))).toBeLessThan(1e-4)
  })

  test('threads are set in the library', (context) => {
    if (library.setThreads === undefined) context.skip(`${library.name} has no function for it`)
    const count = koffi.load(library.name).func('openblas_get_num_threads', 'int', [])
    const products = [1, 2].map((threads) => {
      const backend = blasBackend({ threads })
      expect(count()).toBe(threads)
      return tidy(() => matmul(numbers([200, 200], backend), numbers([200, 200], backend)).dataSync())
    })
    expect(products[0]).toEqual(products[1])
    blasBackend()
    expect(count()).toBe(2)
    expect(() => setThreads({ ...library, setThreads: undefined }, 2)).toThrow(UnsupportedError)
    expect(() => setThreads({ ...library, setThreads: undefined }, 2)).toThrow('openblas_set_num_threads')
  })

  test.each(['sgemm', 'dgemm'] as const)('a library whose %s computes something else is refused', (name) => {
    const transposed: Gemm = (order, turnA, turnB, ...sizes) => library[name](order, turnB, turnA, ...sizes)
    for (const wrong of [() => {}, transposed]) {
      expect(() => withLibrary(cpuBackend(), { ...library, [name]: wrong })).toThrow(UnsupportedError)
      expect(() => withLibrary(cpuBackend(), { ...library, [name]: wrong })).toThrow(
        'computes wrong products',
      )
    }
  })

  test('a library that loses NaN is taken, and says so', () => {
    const cpu = cpuBackend()
    const skipsZeros: Gemm = (...given) => {
      library.sgemm(...given)
      const [m, n, c] = [given[3], given[4], given[12]]
      const { buffer } = cpu.memory()
      const first = c - library.addressOf(new Uint8Array(buffer))
      const product = new Float32Array(buffer, first, m * n)
      product.forEach((value, i) => {
        product[i] = Number.isNaN(value) ? 0 : value
      })
    }
    expect(withLibrary(cpu, { ...library, sgemm: skipsZeros }).caps.specialValues).toBe(false)
    if (library.name.includes('openblas')) expect(withLibrary(cpu, library).caps.specialValues).toBe(true)
  })

  test('after dispose everything fails with a name, small products and large ones', () => {
    const backend = blasBackend()
    const squares = [2, 64].map((side) => zeros([1, side, side], { backend }))
    backend.dispose()
    backend.dispose()
    expect(() => tensor([1], { backend })).toThrow(DisposedError)
    for (const square of squares) {
      const view = square as View<unknown> as View<number>
      expect(() => square.dataSync()).toThrow(DisposedError)
      expect(() => backend.matmul(view, view, view)).toThrow(DisposedError)
      square.dispose()
    }
  })
})
