import { eye, onesLike, zeros } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { add } from './add.ts'
import { concat } from './concat.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { less } from './less.ts'
import { matmul } from './matmul.ts'
import { block, swapLastAxes } from './matrix-views.ts'
import { max } from './max.ts'
import { maximum } from './maximum.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { sqrt } from './sqrt.ts'
import { square } from './square.ts'
import { sub } from './sub.ts'
import { sum } from './sum.ts'
import { where } from './where.ts'

/** Householder's reflections of the columns of x, one after the other: Q = 1 − V · T · Vᵀ, and Qᵀ · x = R. */
interface Reflections {
  /** […, m, n], unit lower triangular. */
  readonly v: Tensor
  /** […, n, n], upper triangular. */
  readonly t: Tensor
  /** […, n, n], upper triangular. */
  readonly r: Tensor
}

/** Q with its first columns, and R with as many rows, of float matrices that are not empty. */
export function decompose(x: Tensor, columnsOfQ: number): { readonly q: Tensor; readonly r: Tensor } {
  const [m, n] = x.shape.slice(-2) as [number, number]
  const k = Math.min(m, n)
  const { v, t, r } = reflect(block(x, [0], [0, k]))
  const identity = eye(m, { dtype: x.dtype, backend: x.storage.backend })
  const q = sub(
    block(identity, [0], [0, columnsOfQ]),
    matmul(matmul(v, t), swapLastAxes(block(v, [0, columnsOfQ]))),
  )
  if (n > k) return { q, r: concat([r, matmul(swapLastAxes(q), block(x, [0], [k]))], { axis: -1 }) }
  return { q, r: columnsOfQ > k ? concat([r, zerosOf(x, columnsOfQ - k, n)], { axis: -2 }) : r }
}

/** The left half of the columns first, then what its reflections make of the right half. */
function reflect(x: Tensor): Reflections {
  const n = x.shape.at(-1)!
  if (n === 1) return reflectColumn(x)
  const half = n >> 1
  const left = reflect(block(x, [0], [0, half]))
  const right = block(x, [0], [half])
  const reflected = sub(
    right,
    matmul(left.v, matmul(swapLastAxes(left.t), matmul(swapLastAxes(left.v), right))),
  )
  const rest = reflect(block(reflected, [half]))
  const common = matmul(swapLastAxes(block(left.v, [half])), rest.v)
  const between = neg(matmul(left.t, matmul(common, rest.t)))
  const beside = (a: Tensor, b: Tensor): Tensor => concat([a, b], { axis: -1 })
  const above = (a: Tensor, b: Tensor): Tensor => concat([a, b], { axis: -2 })
  const below = zerosOf(x, n - half, half)
  return {
    v: beside(left.v, above(zerosOf(x, half, n - half), rest.v)),
    t: above(beside(left.t, between), beside(below, rest.t)),
    r: above(beside(left.r, block(reflected, [0, half])), beside(below, rest.r)),
  }
}

/** The reflection that leaves a column its first element, with the sign that loses no digits; none where that is all. */
function reflectColumn(x: Tensor): Reflections {
  if (x.shape.at(-2) === 1) return { v: onesLike(x), t: zerosOf(x, 1, 1), r: x }
  const [start, below] = [block(x, [0, 1]), block(x, [1])]
  const largest = max(abs(below), { axis: -2, keepDims: true })
  const isDone = equal(largest, 0)
  // Squares of what is scaled neither overflow nor vanish.
  const scale = where(isDone, 1, maximum(largest, abs(start)))
  const [first, others] = [div(start, scale), div(below, scale)]
  const length = sqrt(add(square(first), sum(square(others), { axis: -2, keepDims: true })))
  const target = where(isDone, first, where(less(first, 0), length, neg(length)))
  const difference = where(isDone, 1, sub(first, target))
  return {
    v: concat([onesLike(first), div(others, difference)], { axis: -2 }),
    t: where(isDone, 0, neg(div(difference, where(isDone, 1, target)))),
    r: mul(target, scale),
  }
}

function zerosOf(x: Tensor, rows: number, columns: number): Tensor {
  const shape: Shape = [...x.shape.slice(0, -2), rows, columns]
  return zeros(shape, { dtype: x.dtype, backend: x.storage.backend })
}
