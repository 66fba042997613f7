import type { Data, View } from '@tapegrad/core'
import { rewrite, valuesOf } from './elements.ts'
import type { Fault } from './fault.ts'
import { linesOf } from './lines.ts'

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

export const reductionFaults: readonly Fault[] = [
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
