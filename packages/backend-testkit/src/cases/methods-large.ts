import {
  add,
  type Backend,
  exp,
  matmul,
  mul,
  sum,
  type Tensor,
  tensor,
  tidy,
  transpose,
} from '@tapegrad/core'
import { drawValues, real } from '../generators/numbers.ts'
import type { Case, CaseFactory } from '../kit/case.ts'
import { compare } from '../kit/compare.ts'
import { relativeTolerances, widen } from '../kit/op-spec.ts'
import { readArray } from '../kit/read-array.ts'
import { withHandles } from '../kit/with-handles.ts'

/** More than 2¹⁶ elements, so that work is split, and a side that leaves a rest. */
const rows = 263
const columns = 257
const values = /* @__PURE__ */ drawValues('float32', rows * columns, real, 5)

interface Row {
  readonly name: string
  readonly run: (x: Tensor) => Tensor
  readonly shape: readonly number[]
  readonly element: (row: number, column: number) => number
}

const at = (row: number, column: number): number => values[row * columns + column]!

function total(count: number, term: (k: number) => number): number {
  let sum = 0
  for (let k = 0; k < count; k++) sum += term(k)
  return sum
}

const table: readonly Row[] = [
  { name: 'exp', run: exp, shape: [rows, columns], element: (i, j) => Math.exp(at(i, j)) },
  {
    name: 'mul',
    run: (x) => mul(x, x),
    shape: [rows, columns],
    element: (i, j) => at(i, j) ** 2,
  },
  {
    name: 'add of a transposed view',
    run: (x) => tidy(() => add(transpose(x), 1)),
    shape: [columns, rows],
    element: (i, j) => at(j, i) + 1,
  },
  {
    name: 'sum of rows',
    run: (x) => sum(x, { axis: 1, keepDims: true }),
    shape: [rows, 1],
    element: (i) => total(columns, (j) => at(i, j)),
  },
  {
    name: 'sum of columns',
    run: (x) => sum(x, { axis: 0, keepDims: true }),
    shape: [1, columns],
    element: (_, j) => total(rows, (i) => at(i, j)),
  },
]

/** Ops on tensors that are larger than any block or share of a thread. */
export const largeMethodCases = (): readonly CaseFactory[] => [
  (settings): Case => ({
    name: 'many elements',
    group: 'backend-methods',
    skip: ({ maxLength }) =>
      maxLength < rows * columns ? `a storage holds ${maxLength} elements only` : undefined,
    run: async (backend) => {
      const tolerances = widen(
        { ...relativeTolerances, float32: { absolute: 2e-5, relative: 2e-6 } },
        settings,
      )
      await withHandles(async (own) => {
        const x = own(tensor(values, { shape: [rows, columns], dtype: 'float32', backend }))
        for (const { name, run, shape, element } of table) {
          const expected = Array.from({ length: shape[0]! * shape[1]! }, (_, i) =>
            Math.fround(element(Math.floor(i / shape[1]!), i % shape[1]!)),
          )
          const what = `${name} of ${rows} by ${columns} elements`
          compare(
            what,
            await readArray(own(run(x))),
            { shape, dtype: 'float32', values: expected },
            tolerances,
          )
        }
      })
    },
  }),
  (): Case => ({
    name: 'the same calls give the same bits',
    group: 'backend-methods',
    skip: ({ deterministic }) =>
      deterministic ? undefined : 'the backend does not say that it is deterministic',
    run: async (backend) => {
      const first = await composite(backend)
      for (let i = 0; i < 5; i++) {
        const again = await composite(backend)
        if (again.every((value, k) => Object.is(value, first[k]))) continue
        throw new Error(
          'matmul and sum give other bits than before, though the backend says it is deterministic',
        )
      }
    },
  }),
]

/** A product of matrices, an exponential and a sum: where order matters, it shows. */
async function composite(backend: Backend): Promise<readonly number[]> {
  const result = tidy(() => {
    const some = values.slice(0, 61 * columns)
    const x = tensor(some, { shape: [61, columns], dtype: 'float32', backend })
    const y = tensor(some, { shape: [columns, 61], dtype: 'float32', backend })
    return sum(exp(mul(matmul(x, y), 1e-3)), { axis: 0 })
  })
  try {
    return [...(await result.data())]
  } finally {
    result.dispose()
  }
}
