import type { CpuBackend } from '@tapegrad/backend-cpu'
import { allocateData, type FloatDType, Storage, type View } from '@tapegrad/core'
import type { Multiply } from './multiply.ts'
import { viewOf } from './views.ts'

/** What a library was found to do. */
export interface Findings {
  /** Whether small products are exact: not where it expects integers of another size, or lacks something. */
  readonly right: boolean
  /** Whether 0 · NaN and 0 · ∞ are NaN, and what the result held before has no influence. */
  readonly specialValues: boolean
}

const floats: readonly FloatDType[] = ['float32', 'float64']
/** Libraries have kernels of their own for small matrices. */
const sides = [4, 128]

/** Multiplies matrices whose products are known. */
export function checkLibrary(cpu: CpuBackend, multiply: Multiply): Findings {
  return {
    right: floats.every((dtype) => isRight(cpu, multiply, dtype)),
    specialValues: floats.every((dtype) =>
      sides.every((side) => keepsSpecialValues(cpu, multiply, dtype, side)),
    ),
  }
}

/** Whole numbers from −2 to 2, by all combinations of rows and columns that lie together, with gaps between them. */
function isRight(cpu: CpuBackend, multiply: Multiply, dtype: FloatDType): boolean {
  const [m, k, n] = [3, 5, 4]
  const element = (i: number, j: number): number => ((3 * i + 7 * j) % 5) - 2
  const gap = 8
  const byRows = [0, gap, 1]
  const byColumns = [0, 1, gap]
  const product = (i: number, j: number): number =>
    Array.from({ length: k }, (_, l) => element(i, l) * element(l + 1, j)).reduce((sum, x) => sum + x)
  return [byRows, byColumns].every((stridesA) =>
    [byRows, byColumns].every((stridesB) =>
      withViews(cpu, dtype, m, k, n, [stridesA, stridesB], (a, b, out) => {
        fill(cpu, a, element)
        fill(cpu, b, (i, j) => element(i + 1, j))
        multiply(a, b, out)
        return read(cpu, out).every((x, at) => x === product(Math.floor(at / n), at % n))
      }),
    ),
  )
}

/** A is 1 but for NaN, ∞ and −∞ in its first column, B is 1 but for zeros in its first row. */
function keepsSpecialValues(cpu: CpuBackend, multiply: Multiply, dtype: FloatDType, side: number): boolean {
  const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const strides = [0, side, 1]
  return withViews(cpu, dtype, side, side, side, [strides, strides], (a, b, out) => {
    fill(cpu, a, (i, j) => (j === 0 ? (special[i] ?? 1) : 1))
    fill(cpu, b, (i) => (i === 0 ? 0 : 1))
    multiply(a, b, out)
    return read(cpu, out).every((x, at) => (at < special.length * side ? Number.isNaN(x) : x === side - 1))
  })
}

/** Matrices m × k and k × n with room for their strides, and a result that holds NaN. */
function withViews(
  cpu: CpuBackend,
  dtype: FloatDType,
  m: number,
  k: number,
  n: number,
  [stridesA, stridesB]: readonly [readonly number[], readonly number[]],
  use: Multiply extends (...views: infer V) => void ? (...views: V) => boolean : never,
): boolean {
  const storages: Storage<number>[] = []
  const view = (rows: number, columns: number, strides: readonly number[]): View<number> => {
    const length = 1 + (rows - 1) * strides[1]! + (columns - 1) * strides[2]!
    const storage = new Storage<number>(cpu, dtype, length)
    storages.push(storage)
    cpu.write(storage, allocateData(dtype, length).fill(Number.NaN))
    return viewOf({ storage, offset: 0 }, [1, rows, columns], strides)
  }
  try {
    return use(view(m, k, stridesA), view(k, n, stridesB), view(m, n, [0, n, 1]))
  } finally {
    for (const storage of storages) storage.release()
  }
}

function fill(cpu: CpuBackend, view: View<number>, element: (i: number, j: number) => number): void {
  const [, rows, columns] = view.shape as readonly [number, number, number]
  const [, row, column] = view.strides as readonly [number, number, number]
  const data = cpu.readSync(view.storage)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) data[i * row + j * column] = element(i, j)
  }
  cpu.write(view.storage, data)
}

function read(cpu: CpuBackend, { storage }: View<number>): number[] {
  return [...cpu.readSync(storage)]
}
