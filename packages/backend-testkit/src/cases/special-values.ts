import { type Backend, type DType, memory, type Tensor, tensor } from '@tapegrad/core'
import type { Case, CaseFactory } from '../kit/case.ts'
import { compare } from '../kit/compare.ts'
import { compareMemory } from '../kit/compare-memory.ts'
import { relativeTolerances } from '../kit/op-spec.ts'
import { readArray } from '../kit/read-array.ts'
import { withoutOptions } from '../kit/without-options.ts'
import { store } from '../oracle/array.ts'
import { type BinaryRow, binaryTable } from '../special-values/binary-table.ts'
import { numbersOf, rowsOf } from '../special-values/parse.ts'
import { type ReductionRow, reductionTable } from '../special-values/reduction-table.ts'
import { type UnaryRow, unaryTable } from '../special-values/unary-table.ts'

/** Makes a vector on the backend and in the dtype of a check. */
type Vector = (values: readonly number[]) => Tensor
/** An element of a result: which call it is of, and what it has to be. */
interface Expected {
  readonly call: string
  readonly result: number
}
/** Throws where a function of vectors gives something else. */
type Check = (expected: readonly Expected[], compute: (vector: Vector) => Tensor) => Promise<void>

/** One case a function: NaN, infinities and zeros with their signs come out as the tables say. */
function specialCase(name: string, run: (check: Check) => Promise<void>): CaseFactory {
  return (): Case => ({
    name: `special values of ${name}`,
    group: 'special-values',
    skip: ({ specialValues }) =>
      specialValues ? undefined : 'the backend does not promise NaN, infinities and signed zeros',
    run: async (backend) => {
      for (const candidate of [backend, withoutOptions(backend)]) {
        for (const dtype of ['float32', 'float64'] as const) {
          if (candidate.caps.dtypes.has(dtype)) await run(checkOn(candidate, dtype))
        }
      }
    },
  })
}

function checkOn(backend: Backend, dtype: DType): Check {
  return async (expected, compute) => {
    const before = memory()
    const inputs: Tensor[] = []
    const result = compute((values) => {
      const x = tensor([...values], { shape: [values.length], dtype, backend })
      inputs.push(x)
      return x
    })
    const received = await readArray(result)
    for (const x of [...inputs, result]) x.dispose()
    compareMemory(before)
    if (received.values.length !== expected.length) {
      throw new Error(`there are ${received.values.length} results, expected are ${expected.length}`)
    }
    for (const [i, { call, result: value }] of expected.entries()) {
      const array = { shape: [], dtype: received.dtype }
      const wanted = { ...array, values: [store(value, received.dtype)] }
      const element = { ...array, values: [received.values[i]!] }
      compare(`${call} of ${dtype} on ${backend.name}`, element, wanted, relativeTolerances, true)
    }
  }
}

function unaryCase([name, op, table]: UnaryRow): CaseFactory {
  const rows = rowsOf(table)
  return specialCase(name, (check) =>
    check(
      rows.map(([x, result]) => ({ call: `${name}(${show(x!)})`, result: result! })),
      (vector) => op(vector(rows.map(([x]) => x!))),
    ),
  )
}

function binaryCase([name, op, table]: BinaryRow): CaseFactory {
  const all = rowsOf(table)
  const expected = (rows: readonly number[][]): readonly Expected[] =>
    rows.map(([a, b, result]) => ({ call: `${name}(${show(a!)}, ${show(b!)})`, result: result! }))
  const column = (rows: readonly number[][], i: number): number[] => rows.map((row) => row[i]!)
  return specialCase(name, async (check) => {
    await check(expected(all), (vector) => op(vector(column(all, 0)), vector(column(all, 1))))
    for (const side of [0, 1]) {
      // By text: as keys of a set both zeros are the same.
      for (const number of new Map(all.map((row) => [show(row[side]!), row[side]!])).values()) {
        const rows = all.filter((row) => Object.is(row[side], number))
        const others = column(rows, 1 - side)
        await check(expected(rows), (vector) =>
          side === 0 ? op(number, vector(others)) : op(vector(others), number),
        )
      }
    }
  })
}

function reductionCase([name, op, ...cases]: ReductionRow): CaseFactory {
  return specialCase(name, async (check) => {
    for (const [elements, results] of cases) {
      const expected = numbersOf(results).map((result) => ({ call: `${name}([${elements}])`, result }))
      await check(expected, (vector) => op(vector(numbersOf(elements))))
    }
  })
}

const show = (x: number): string => (Object.is(x, -0) ? '-0' : String(x))

export const specialValueCases = (): readonly CaseFactory[] => [
  ...unaryTable.map(unaryCase),
  ...binaryTable.map(binaryCase),
  ...reductionTable.map(reductionCase),
]
