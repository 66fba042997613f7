import { rewrite, valuesOf, withLayout } from './elements.ts'
import type { Fault } from './fault.ts'

/** What goes wrong with regions of storages, with casts, and with work that is split. */
export const regionFaults: readonly Fault[] = [
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
