import {
  choleskyKernel,
  type Kernel,
  type KernelKey,
  KernelTable,
  luKernel,
  qrKernel,
  triangularSolveKernel,
} from '@tapegrad/core'
import type { Fault } from './fault.ts'
import {
  choleskyFactor,
  eliminate,
  luOf,
  matrixKernel,
  qrOf,
  reflectColumns,
  triangularSolve,
} from './plain-decompositions.ts'
import { addPlainKernels } from './plain-kernels.ts'

function replacing<F extends Kernel>(key: KernelKey<F>, kernel: F): Fault['plant'] {
  return () => ({ kernels: addPlainKernels(new KernelTable()).set(key, kernel) })
}

export const decompositionFaults: readonly Fault[] = [
  {
    name: 'the elimination takes each pivot as it comes',
    group: 'matmul',
    caughtBy: 'solve',
    plant: replacing(
      luKernel,
      luOf((a) => {
        const lu = a.map((row) => [...row])
        lu.forEach((pivot, k) => {
          for (const row of lu.slice(k + 1)) {
            row[k]! /= pivot[k]!
            for (let j = k + 1; j < row.length; j++) row[j]! -= row[k]! * pivot[j]!
          }
        })
        return { lu, order: lu.map((_, i) => i), sign: 1 }
      }),
    ),
  },
  {
    name: 'the elimination says where rows went, not where they came from',
    group: 'matmul',
    caughtBy: 'inverse',
    plant: replacing(
      luKernel,
      luOf((a) => {
        const result = eliminate(a)
        return { ...result, order: result.order.map((_, i) => result.order.indexOf(i)) }
      }),
    ),
  },
  {
    name: 'the elimination forgets the sign of the permutation',
    group: 'matmul',
    caughtBy: 'determinant',
    plant: replacing(
      luKernel,
      luOf((a) => ({ ...eliminate(a), sign: 1 })),
    ),
  },
  {
    name: 'cholesky keeps what it had where a pivot is not positive',
    group: 'matmul',
    caughtBy: 'cholesky',
    plant: replacing(
      choleskyKernel,
      matrixKernel((a) =>
        choleskyFactor(a).map((row) => row.map((value) => (Number.isNaN(value) ? 1 : value))),
      ),
    ),
  },
  {
    name: 'cholesky leaves the matrix above the diagonal',
    group: 'matmul',
    caughtBy: 'cholesky',
    plant: replacing(
      choleskyKernel,
      matrixKernel((a) =>
        choleskyFactor(a).map((row, i) => row.map((value, j) => (j > i ? a[i]![j]! : value))),
      ),
    ),
  },
  {
    name: 'triangularSolve divides by the diagonal that counts as ones',
    group: 'matmul',
    caughtBy: 'triangularSolve',
    plant: replacing(triangularSolveKernel, (a, b, options, out) =>
      triangularSolve(a, b, { ...options, unitDiagonal: false }, out),
    ),
  },
  {
    name: 'triangularSolve reads the other triangle of what is transposed',
    group: 'matmul',
    caughtBy: 'triangularSolve',
    plant: replacing(triangularSolveKernel, (a, b, options, out) =>
      triangularSolve(a, b, { ...options, upper: options.upper !== options.transpose }, out),
    ),
  },
  {
    name: 'qr makes the diagonal positive',
    group: 'matmul',
    caughtBy: 'qr',
    plant: replacing(
      qrKernel,
      qrOf((a) => {
        const { q, r } = reflectColumns(a)
        const signs = r.map((row, i) => Math.sign(row[i] ?? 1))
        return {
          q: q.map((row) => row.map((value, j) => value * signs[j]!)),
          r: r.map((row, i) => row.map((value) => value * signs[i]!)),
        }
      }),
    ),
  },
  {
    name: 'a complete qr leaves further columns of q zero',
    group: 'matmul',
    caughtBy: 'qr, complete',
    plant: replacing(
      qrKernel,
      qrOf((a) => {
        const { q, r } = reflectColumns(a)
        return { q: q.map((row) => row.map((value, j) => (j < a[0]!.length ? value : 0))), r }
      }),
    ),
  },
]
