import type { Data, View } from '@tapegrad/core'
import { asContiguous, clampedValues, positionsOf, rewrite, valuesOf, withLayout } from './elements.ts'
import type { Fault } from './fault.ts'
import { linesOf } from './lines.ts'

type Plant = Fault['plant']

/** A contiguous view of other elements, in place of a view. */
function copied(x: View<Data>, values: readonly number[]): View<Data> {
  const handle = x.storage.handle.slice(0, 0)
  const data = new (handle.constructor as new (values: readonly number[]) => Data)(values)
  // Only what a method reads of a storage.
  const storage = Object.assign(Object.create(x.storage) as typeof x.storage, { handle: data })
  return { ...asContiguous(x), storage, offset: 0 }
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

export const indexAndMatmulFaults: readonly Fault[] = [...indexFaults, ...matmulFaults]
