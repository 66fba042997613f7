import { expect } from 'vitest'
import { checkGradients } from '../autodiff/check-gradients.ts'
import { grad } from '../autodiff/grad.ts'
import type { Backend } from '../backend/backend.ts'
import { tidy } from '../memory/scope.ts'
import { tensor } from '../tensor/create.ts'
import { type DType, dtypes } from '../tensor/dtype.ts'
import { type Shape, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { broadcastTo } from './broadcast-to.ts'
import { flip } from './flip.ts'
import { expectBalanced, indicesOf, testBackends } from './movement-test-cases.ts'
import { slice } from './slice.ts'
import { sum } from './sum.ts'
import { transpose } from './transpose.ts'

/** Shapes of every rank from 0 to 6, with sizes of 0 and 1 and primes. */
export const shapes: readonly Shape[] = [
  [],
  [5],
  [0],
  [2, 3],
  [1, 7],
  [2, 0, 3],
  [3, 2, 5],
  [2, 1, 3, 2],
  [1, 2, 3, 1, 2],
  [2, 1, 2, 3, 1, 2],
]

/** Numbers of both signs without a pattern, some of them equal. */
function valueAt(dtype: DType, i: number): number {
  if (dtype === 'bool') return Number(i % 3 === 0)
  const whole = ((i * 7) % 11) - 5
  if (dtype === 'uint8') return Math.abs(whole)
  return dtype === 'int32' ? whole : whole * 0.61 + 0.13
}

function filled(backend: Backend, dtype: DType, shape: Shape): Tensor {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => valueAt(dtype, i))
  return tensor(dtype === 'bool' ? values.map(Boolean) : values, { shape, dtype, backend })
}

/** Tensors of one shape that lie differently in their storages: whole, transposed, sliced, flipped, broadcast. */
export function layouts(backend: Backend, dtype: DType, shape: Shape): Tensor[] {
  return tidy(() => [
    filled(backend, dtype, shape),
    transpose(filled(backend, dtype, [...shape].reverse())),
    slice(
      filled(
        backend,
        dtype,
        shape.map((side) => side + 2),
      ),
      shape.map((side) => [1, side + 1] as const),
    ),
    flip(filled(backend, dtype, shape)),
    broadcastTo(
      filled(
        backend,
        dtype,
        shape.map((side, i) => (i === 0 && side > 0 ? 1 : side)),
      ),
      shape,
    ),
  ])
}

/** Visits tensors of a shape on backends with and without optional functions, in every dtype and layout. */
export function forEachLayout(shape: Shape, visit: (x: Tensor, backend: Backend) => void): void {
  for (const backend of testBackends) {
    for (const dtype of dtypes) {
      for (const x of layouts(backend, dtype, shape)) {
        visit(x, backend)
        x.dispose()
      }
    }
  }
}

/** Applies a function of lists to each line along axes, in row-major order. */
export function alongAxes(
  values: readonly number[],
  shape: Shape,
  axes: readonly number[],
  f: (line: readonly number[]) => readonly number[],
): number[] {
  const lines = new Map<string, number[]>()
  indicesOf(shape).forEach((index, position) => {
    const key = index.filter((_, axis) => !axes.includes(axis)).join()
    const line = lines.get(key) ?? []
    lines.set(key, line)
    line.push(position)
  })
  const result = [...values]
  for (const line of lines.values()) {
    f(line.map((position) => values[position]!)).forEach((value, i) => {
      result[line[i]!] = value
    })
  }
  return result
}

/** How close two numbers have to be: relative to the expected one, or to 1 where that is smaller. */
interface Closeness {
  readonly dtype: DType
  /** Whether small numbers, too, have to be right in all their digits. */
  readonly relative?: boolean
}

/** Compares numbers, telling NaN and both infinities apart. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: readonly number[],
  { dtype, relative = false }: Closeness,
): void {
  expect(actual.length).toBe(expected.length)
  const [tolerance, least] = dtype === 'float64' ? [2e-14, 1e-300] : [1e-6, 1e-37]
  const wrong = expected.flatMap((value, i) => {
    const rounded = dtype === 'float64' ? value : Math.fround(value)
    if (Object.is(actual[i], rounded)) return []
    const allowed = tolerance * Math.max(Math.abs(value), relative ? least : 1)
    return Number.isFinite(rounded) && Math.abs(actual[i]! - value) <= allowed
      ? []
      : [{ i, actual: actual[i], expected: value }]
  })
  expect(wrong).toEqual([])
}

/** Checks values in every layout, dtype and on both backends, that the input stays and that nothing is left behind. */
export function checkAgainst(
  shape: Shape,
  f: (x: Tensor) => Tensor,
  oracle: (values: readonly number[], shape: Shape) => readonly number[],
  resultShape: Shape = shape,
): void {
  forEachLayout(shape, (x) => {
    const values = [...x.dataSync()]
    const out = f(x)
    expect(out.dtype).toBe(x.dtype === 'float64' ? 'float64' : 'float32')
    expect(out.shape).toEqual(resultShape)
    expectClose(out.dataSync(), oracle(values, shape), { dtype: out.dtype })
    out.dispose()
    expect([...x.dataSync()]).toEqual(values)
    expectBalanced(() => f(x))
  })
}

/** Checks first and second gradients by finite differences on both backends, and that a gradient leaves nothing behind. */
export async function checkBothOrders(
  f: (...xs: Tensor[]) => Tensor,
  inputs: readonly { readonly shape: Shape; readonly values: readonly number[] }[],
  backends: readonly Backend[] = testBackends,
): Promise<void> {
  for (const backend of backends) {
    const xs = inputs.map(({ shape, values }) => tensor([...values], { shape, dtype: 'float64', backend }))
    await checkGradients(f, xs, { order: 2 })
    expectBalanced(() => [grad((...ys: Tensor[]) => sum(f(...ys)))(...xs)].flat())
    for (const x of xs) x.dispose()
  }
}
