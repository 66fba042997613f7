import {
  type Backend,
  type Capabilities,
  type DType,
  dtypes,
  IndexError,
  isFloat,
  KernelTable,
  type Operand,
  requiredBinaryOps,
  requiredUnaryOps,
  softmaxKernel,
  type View,
} from '@tapegrad/core'
import { Arena, rounding } from './arena.ts'
import { binaryFunction, unaryFunction } from './functions.ts'
import { linesAlong } from './lines.ts'
import { softmaxOn } from './softmax.ts'

const caps: Capabilities = {
  unary: new Set(requiredUnaryOps),
  binary: new Set(requiredBinaryOps),
  dtypes: new Set(dtypes),
  strided: true,
  maxRank: 8,
  maxLength: 2 ** 27,
  maxInt: 2 ** 31 - 1,
  specialValues: true,
  checksIndices: true,
  deterministic: true,
}

const combinations = { sum: 'add', prod: 'mul', max: 'maximum', min: 'minimum' } as const

/** A backend that can say how many storages it holds, which the kit asks. */
export type ArenaBackend = Backend<number> & { readonly storages: () => number }

/** Makes a backend that holds all tensors in one array of doubles, of so many elements, and computes in plain loops. */
export function arenaBackend(capacity: number = 2 ** 26): ArenaBackend {
  const arena = new Arena(capacity)

  /** The elements of an argument; a number stands for all of them, as if it were stored in the dtype. */
  function elementsOf(x: Operand<number>, dtype: DType): (i: number) => number {
    if (typeof x === 'number') {
      const rounded = rounding[dtype](x)
      return () => rounded
    }
    const elements = arena.elements(x)
    return (i) => elements[i]!
  }

  return {
    name: 'arena',
    caps,
    kernels: new KernelTable().set(softmaxKernel, softmaxOn(arena)),
    storages: () => arena.storages,
    alloc: (_dtype, length) => arena.alloc(length),
    free: (storage) => arena.free(storage),
    write: ({ handle }, data) => arena.data.set(data, handle),
    read: async (storage) => arena.read(storage),
    readSync: (storage) => arena.read(storage),
    fill: (out, value) => arena.store(out, elementsOf(value, out.dtype)),
    copy: (x, out) => arena.store(out, elementsOf(x, x.dtype)),
    unary(op, x, out) {
      const f = unaryFunction(op)
      const elements = arena.elements(x)
      arena.store(out, (i) => f(elements[i]!))
    },
    binary(op, a, b, out) {
      const { dtype } = (typeof a === 'number' ? b : a) as View<number>
      const f = binaryFunction(op, isFloat(dtype))
      const [left, right] = [elementsOf(a, dtype), elementsOf(b, dtype)]
      arena.store(out, (i) => f(left(i), right(i)))
    },
    select(condition, a, b, out) {
      const conditions = arena.elements(condition)
      const [left, right] = [elementsOf(a, out.dtype), elementsOf(b, out.dtype)]
      arena.store(out, (i) => (conditions[i] === 0 ? right(i) : left(i)))
    },
    reduce(op, x, axis, out) {
      const combine = binaryFunction(combinations[op], isFloat(x.dtype))
      const elements = arena.elements(x)
      const { length, step, first } = linesAlong(x.shape, axis)
      arena.store(out, (line) => {
        let result = elements[first(line)]!
        for (let j = 1; j < length; j++) result = combine(result, elements[first(line) + j * step]!)
        return result
      })
    },
    argReduce(op, x, axis, out) {
      const sign = op === 'max' ? 1 : -1
      const elements = arena.elements(x)
      const { length, step, first } = linesAlong(x.shape, axis)
      arena.store(out, (line) => {
        const at = (j: number): number => sign * elements[first(line) + j * step]!
        let best = 0
        for (let j = 1; j < length && !Number.isNaN(at(best)); j++) if (!(at(j) <= at(best))) best = j
        return best
      })
    },
    matmul(a, b, out) {
      const multiply = binaryFunction('mul', isFloat(a.dtype))
      const [left, right] = [arena.elements(a), arena.elements(b)]
      const [rows, inner, columns] = [a.shape[1]!, a.shape[2]!, b.shape[2]!]
      const sums = new Float64Array(out.size)
      for (let i = 0; i < left.length; i++) {
        const row = Math.floor(i / inner)
        const from = (Math.floor(row / rows) * inner + (i % inner)) * columns
        for (let j = 0; j < columns; j++) sums[row * columns + j]! += multiply(left[i]!, right[from + j]!)
      }
      arena.store(out, (i) => sums[i]!)
    },
    gather(x, index, axis, out) {
      const [elements, indices] = [arena.elements(x), arena.elements(index)]
      const { length, step, first } = linesAlong(x.shape, axis)
      const { lineOf } = linesAlong(out.shape, axis)
      arena.store(out, (i) => elements[first(lineOf(i)) + checkIndex('gather', indices[i]!, length) * step]!)
    },
    scatterAdd(index, updates, axis, out) {
      const [elements, indices] = [arena.elements(updates), arena.elements(index)]
      const { length, step, first } = linesAlong(out.shape, axis)
      const { lineOf } = linesAlong(updates.shape, axis)
      const sums = new Float64Array(out.size)
      for (let i = 0; i < updates.size; i++)
        sums[first(lineOf(i)) + checkIndex('scatterAdd', indices[i]!, length) * step]! += elements[i]!
      arena.store(out, (i) => sums[i]!)
    },
  }
}

function checkIndex(op: string, index: number, length: number): number {
  if (index >= 0 && index < length) return index
  throw new IndexError('an index lies outside the axis', { op, received: { index, length } })
}
