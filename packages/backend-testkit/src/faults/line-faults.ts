import {
  cummaxKernel,
  cumprodKernel,
  cumsumKernel,
  type Kernel,
  type KernelKey,
  KernelTable,
  sortKernel,
} from '@tapegrad/core'
import type { Fault } from './fault.ts'
import { lineKernel } from './lines.ts'
import { addPlainKernels } from './plain-kernels.ts'
import { compareNumbers, plainScan, plainSort } from './plain-lines.ts'

function replacing<F extends Kernel>(key: KernelKey<F>, kernel: F): Fault['plant'] {
  return () => ({ kernels: addPlainKernels(new KernelTable()).set(key, kernel) })
}

/** Mistakes in scans and in sorting. */
export const lineFaults: readonly Fault[] = [
  {
    name: 'cumsum goes the same way in either direction',
    group: 'reductions',
    caughtBy: 'cumsum',
    plant: replacing(cumsumKernel, (x, axis, _reverse, out) => plainScan('add')(x, axis, false, out)),
  },
  {
    name: 'cumprod starts anew at 0',
    group: 'reductions',
    caughtBy: 'cumprod',
    plant: replacing(cumprodKernel, (x, axis, reverse, out) => {
      const scan = (line: readonly number[]): number[] => {
        let product = 1
        return line.map((value) => {
          product = product === 0 ? value : product * value
          return product
        })
      }
      lineKernel((line) => (reverse ? scan([...line].reverse()).reverse() : scan(line)))(x, axis, out)
    }),
  },
  {
    name: 'cummax takes the first of equal elements',
    group: 'reductions',
    caughtBy: 'cummax',
    plant: replacing(
      cummaxKernel,
      lineKernel((line) => {
        let best = 0
        return line.map((value, i) => {
          if (value > line[best]! || (Number.isNaN(value) && !Number.isNaN(line[best]!))) best = i
          return best
        })
      }),
    ),
  },
  {
    name: 'sort is not stable where it descends',
    group: 'indexing',
    caughtBy: 'argSort',
    plant: replacing(sortKernel, (x, axis, descending, out) => {
      lineKernel((line) => {
        const ascending = line.map((_, i) => i).sort((i, j) => compareNumbers(line[i]!, line[j]!) || i - j)
        return descending ? ascending.reverse() : ascending
      })(x, axis, out)
    }),
  },
  {
    name: 'sort takes NaN for equal to everything',
    group: 'indexing',
    caughtBy: 'sort',
    plant: replacing(
      sortKernel,
      plainSort((a, b) => (a < b ? -1 : Number(a > b))),
    ),
  },
  {
    name: 'sort takes −0 for less than 0',
    group: 'indexing',
    caughtBy: 'argSort',
    plant: replacing(
      sortKernel,
      plainSort((a, b) => compareNumbers(a, b) || (a === 0 && b === 0 ? compareNumbers(1 / a, 1 / b) : 0)),
    ),
  },
]
