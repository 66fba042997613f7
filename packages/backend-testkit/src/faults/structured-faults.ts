import type { Data, View } from '@tapegrad/core'
import { asContiguous, clampedValues, positionsOf, rewrite, valuesOf, withLayout } from './elements.ts'
import type { Fault } from './fault.ts'
import { linesOf } from './plain-kernels.ts'

type Plant = Fault['plant']

/** Each element of a reduction computed from its line. */
function fromLines(
  x: View<Data>,
  axis: number,
  out: View<Data>,
  f: (line: readonly number[]) => number,
): void {
  const lines = linesOf(x, axis).map((positions) => positions.map((position) => x.storage.handle[position]!))
  rewrite(out, (_, i) => f(lines[i]!))
}

/** A copy of the elements of a view in another order or number, as a contiguous view. */
function copied(x: View<Data>, values: readonly number[], shape: readonly number[] = x.shape): View<Data> {
  const handle = x.storage.handle.slice(0, 0)
  const data = new (handle.constructor as new (values: readonly number[]) => Data)(values)
  // Only what a method reads of a storage.
  const storage = Object.assign(Object.create(x.storage) as typeof x.storage, { handle: data })
  return { ...asContiguous({ ...withLayout(x, {}), shape }), storage, offset: 0, size: values.length }
}

/** Indices changed before the method sees them. */
function wrongIndices(change: (index: number, length: number) => number): Plant {
  return (correct) => ({
    gather: (x, index, axis, out) => {
      const indices = valuesOf(index, index.size).map((i) => change(i, x.shape[axis]!))
      correct.gather(x, copied(index, indices), axis, out)
    },
    scatterAdd: (index, updates, axis, out) => {
      const indices = valuesOf(index, index.size).map((i) => change(i, out.shape[axis]!))
      correct.scatterAdd(copied(index, indices), updates, axis, out)
    },
  })
}

const reduceFaults: readonly Fault[] = [
  {
    name: 'sum takes its axes in the wrong order',
    group: 'reductions',
    caughtBy: 'sum',
    plant: (correct) => ({
      reduce: (op, x, axis, out) => {
        const length = x.shape[axis]!
        const values = valuesOf(x, x.size)
        if (op !== 'sum') correct.reduce(op, x, axis, out)
        // As if the axis were the last, wherever it is.
        else rewrite(out, (_, i) => values.slice(i * length, (i + 1) * length).reduce((a, b) => a + b, 0))
      },
    }),
  },
  {
    name: 'sum leaves out the tail of its vectors',
    group: 'reductions',
    caughtBy: 'mean',
    plant: (correct) => ({
      reduce: (op, x, axis, out) => {
        if (op !== 'sum') correct.reduce(op, x, axis, out)
        else {
          fromLines(x, axis, out, (line) =>
            line
              .slice(0, line.length > 4 ? line.length - (line.length % 4) : line.length)
              .reduce((a, b) => a + b, 0),
          )
        }
      },
    }),
  },
  {
    name: 'sum adds in 16 bits',
    group: 'reductions',
    caughtBy: 'sum of many elements',
    plant: (correct) => ({
      reduce: (op, x, axis, out) => {
        if (op !== 'sum' || x.dtype !== 'float32') correct.reduce(op, x, axis, out)
        else fromLines(x, axis, out, (line) => line.reduce((a, b) => Math.round((a + b) * 256) / 256, 0))
      },
    }),
  },
  {
    name: 'max ignores NaN',
    group: 'reductions',
    caughtBy: 'max',
    plant: (correct) => ({
      reduce: (op, x, axis, out) => {
        if (op !== 'max') correct.reduce(op, x, axis, out)
        else fromLines(x, axis, out, (line) => Math.max(...line.filter((value) => !Number.isNaN(value))))
      },
    }),
  },
  {
    name: 'min starts from 0',
    group: 'reductions',
    caughtBy: 'min',
    plant: (correct) => ({
      reduce: (op, x, axis, out) => {
        if (op !== 'min') correct.reduce(op, x, axis, out)
        else fromLines(x, axis, out, (line) => Math.min(0, ...line))
      },
    }),
  },
  {
    name: 'argMax gives the last of equals',
    group: 'reductions',
    caughtBy: 'argMax',
    plant: (correct) => ({
      argReduce: (op, x, axis, out) => {
        if (op !== 'max') correct.argReduce(op, x, axis, out)
        else fromLines(x, axis, out, (line) => line.lastIndexOf(Math.max(...line)))
      },
    }),
  },
  {
    name: 'argMin passes over NaN',
    group: 'reductions',
    caughtBy: 'argMin',
    plant: (correct) => ({
      argReduce: (op, x, axis, out) => {
        if (op !== 'min') correct.argReduce(op, x, axis, out)
        else
          fromLines(x, axis, out, (line) =>
            line.indexOf(Math.min(...line.filter((value) => !Number.isNaN(value)))),
          )
      },
    }),
  },
]

const indexFaults: readonly Fault[] = [
  {
    name: 'gather is off by one',
    group: 'indexing',
    caughtBy: 'gather',
    plant: wrongIndices((index, length) => (index + 1) % length),
  },
  {
    name: 'negative indices count from the end',
    group: 'indexing',
    caughtBy: 'gather of indices out of range',
    plant: wrongIndices((index, length) => (index < 0 && index >= -length ? index + length : index)),
  },
  {
    name: 'indices out of range are moved into it',
    group: 'indexing',
    caughtBy: 'scatterAdd of indices out of range',
    plant: wrongIndices((index, length) => Math.min(Math.max(index, 0), length - 1)),
  },
  {
    name: 'gather ignores the strides of the index',
    group: 'backend-methods',
    caughtBy: 'backend.gather',
    plant: (correct) => ({
      gather: (x, index, axis, out) =>
        correct.gather(x, copied(index, clampedValues(asContiguous(index))), axis, out),
    }),
  },
  {
    name: 'scatterAdd overwrites',
    group: 'indexing',
    caughtBy: 'scatterAdd',
    plant: () => ({
      scatterAdd: (index, updates, axis, out) => {
        rewrite(out, () => 0)
        const targets = linesOf(out, axis)
        const indices = valuesOf(index, index.size)
        const order = new Map(
          positionsOf(asContiguous({ ...withLayout(updates, {}), offset: 0 })).map((p, i) => [p, i]),
        )
        const whole = asContiguous({ ...withLayout(updates, {}), offset: 0 })
        const values = valuesOf(updates, updates.size)
        linesOf(whole, axis).forEach((line, l) => {
          for (const position of line) {
            const i = order.get(position)!
            out.storage.handle[targets[l]![indices[i]!]!] = values[i]!
          }
        })
      },
    }),
  },
  {
    name: 'scatterAdd does not start from 0',
    group: 'backend-methods',
    caughtBy: 'backend.scatterAdd',
    plant: (correct) => ({
      scatterAdd: (index, updates, axis, out) => {
        const before = valuesOf(out, out.size)
        correct.scatterAdd(index, updates, axis, out)
        rewrite(out, (value, i) => value + before[i]!)
      },
    }),
  },
]

const matmulFaults: readonly Fault[] = [
  {
    name: 'matmul does not see that an operand is transposed',
    group: 'backend-methods',
    caughtBy: 'backend.matmul',
    plant: (correct) => ({
      matmul: (a, b, out) => correct.matmul(a, copied(b, clampedValues(asContiguous(b))), out),
    }),
  },
  {
    name: 'matmul uses the first matrix for every batch',
    group: 'matmul',
    caughtBy: 'matmul of batches',
    plant: (correct) => ({
      matmul: (a, b, out) => correct.matmul(a, withLayout(b, { strides: [0, ...b.strides.slice(1)] }), out),
    }),
  },
  {
    name: 'matmul drops the rest of K',
    group: 'matmul',
    caughtBy: 'matmul of matrices',
    plant: (correct) => ({
      matmul: (a, b, out) => {
        const inner = a.shape[2]!
        const kept = inner > 4 ? inner - (inner % 4) : inner
        const [batch, rows] = a.shape as readonly [number, number]
        const columns = b.shape[2]!
        const left = { ...withLayout(a, {}), shape: [batch, rows, kept], size: batch * rows * kept }
        const right = { ...withLayout(b, {}), shape: [batch, kept, columns], size: batch * kept * columns }
        correct.matmul(left, right, out)
      },
    }),
  },
  {
    name: 'matmul adds to what out held',
    group: 'backend-methods',
    caughtBy: 'backend.matmul',
    plant: (correct) => ({
      matmul: (a, b, out) => {
        const before = valuesOf(out, out.size)
        correct.matmul(a, b, out)
        rewrite(out, (value, i) => value + before[i]!)
      },
    }),
  },
  {
    name: 'matmul leaves out the columns after the last block',
    group: 'matmul',
    caughtBy: 'matmul of large matrices',
    plant: (correct) => ({
      matmul: (a, b, out) => {
        correct.matmul(a, b, out)
        const columns = out.shape[2]!
        if (columns > 64) rewrite(out, (value, i) => (i % columns >= 64 ? 0 : value))
      },
    }),
  },
]

const splitFaults: readonly Fault[] = [
  {
    name: 'the last share of a long vector is not computed',
    group: 'backend-methods',
    caughtBy: 'many elements',
    names: 'exp',
    plant: (correct) => ({
      unary: (op, x, out) => {
        correct.unary(op, x, out)
        if (out.size > 65_536) rewrite(out, (value, i) => (i < 65_536 ? value : 0))
      },
    }),
  },
  {
    name: 'sums depend on which thread is first',
    group: 'backend-methods',
    caughtBy: 'the same calls give the same bits',
    names: 'sum',
    plant: (correct) => {
      let calls = 0
      return {
        reduce: (op, x, axis, out) => {
          correct.reduce(op, x, axis, out)
          const error = calls++ % 2 === 0 ? 0 : 1e-6
          if (op === 'sum') rewrite(out, (value) => value * (1 + error))
        },
      }
    },
  },
]

const regionFaults: readonly Fault[] = [
  {
    name: 'copy ignores the offset of out',
    group: 'backend-methods',
    caughtBy: 'backend.copy',
    plant: (correct) => ({ copy: (x, out) => correct.copy(x, withLayout(out, { offset: 0 })) }),
  },
  {
    name: 'copy ignores negative strides',
    group: 'movement',
    caughtBy: 'flip',
    plant: (correct) => ({
      copy: (x, out) => correct.copy(withLayout(x, { strides: x.strides.map(Math.abs) }), out),
    }),
  },
  {
    name: 'fill writes the whole storage',
    group: 'backend-methods',
    caughtBy: 'backend.fill',
    plant: () => ({ fill: (out, value) => void out.storage.handle.fill(value) }),
  },
  {
    name: 'casts to integers round',
    group: 'movement',
    caughtBy: 'cast',
    plant: (correct) => ({
      copy: (x, out) => {
        const values = valuesOf(x, x.size)
        correct.copy(x, out)
        if (out.dtype === 'int32' && x.dtype !== 'int32') rewrite(out, (_, i) => Math.round(values[i]!))
      },
    }),
  },
  {
    name: 'casts to bool keep the number',
    group: 'movement',
    caughtBy: 'cast',
    plant: (correct) => ({
      copy: (x, out) => {
        const values = valuesOf(x, x.size)
        correct.copy(x, out)
        if (out.dtype === 'bool') rewrite(out, (_, i) => values[i]!)
      },
    }),
  },
  {
    name: 'casts of large numbers to int32 saturate',
    group: 'backend-methods',
    caughtBy: 'backend.copy',
    plant: (correct) => ({
      copy: (x, out) => {
        const values = valuesOf(x, x.size)
        correct.copy(x, out)
        const saturated = (value: number): number => Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1)
        if (out.dtype === 'int32') rewrite(out, (_, i) => saturated(values[i]!))
      },
    }),
  },
  {
    name: 'casts to uint8 saturate',
    group: 'backend-methods',
    caughtBy: 'backend.copy',
    plant: (correct) => ({
      copy: (x, out) => {
        const values = valuesOf(x, x.size)
        correct.copy(x, out)
        if (out.dtype === 'uint8') rewrite(out, (_, i) => Math.min(Math.max(values[i]!, 0), 255))
      },
    }),
  },
]

export const structuredFaults: readonly Fault[] = [
  ...reduceFaults,
  ...indexFaults,
  ...matmulFaults,
  ...splitFaults,
  ...regionFaults,
]
