import { defineOpWith } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { runCast } from '../dispatch/cast.ts'
import { runScatterAdd } from '../dispatch/gather.ts'
import { tidy } from '../memory/scope.ts'
import { isFloat } from '../tensor/dtype.ts'
import { sizeOf } from '../tensor/shape.ts'
import { allocateLike, type Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { isNaN as isNotANumber } from './is-nan.ts'
import { lineKernel, runLineKernel } from './line-kernel.ts'
import { mod } from './mod.ts'
import { positionsAlong } from './positions-along.ts'
import { reshape } from './reshape.ts'
import { widened } from './scan.ts'
import { comesAfter, runNetwork, type SortKeys } from './sorting-network.ts'
import { sum } from './sum.ts'
import { insertAxes } from './unit-axes.ts'
import { where } from './where.ts'

/**
 * The key of an optional kernel: the positions that put each line along `axis` into order, `x[…, out[…, i, …], …]`
 * ascending or, with `descending`, descending in i.
 *
 * The order is stable both ways: equal elements, ±0 among them, stay in the order of their positions. NaN counts as
 * greater than every number. `x` is int32, float32 or float64 (whichever the backend has), `out` an int32 view of the same
 * shape. Both are contiguous, `out` is whole, `x.offset` may be greater than 0. Core has merged the dimensions before and
 * after `axis`: the rank is 1, 2 or 3, [outer, n, inner] without the ones of size 1. Nothing is empty.
 */
export const sortKernel: KernelKey<(x: View, axis: number, descending: boolean, out: View) => void> =
  /* @__PURE__ */ kernelKey('sort', 3)

interface SortAttributes {
  readonly axis: number
  readonly descending: boolean
}

/** The positions that sort each line along an axis, as {@link sortKernel} says. No gradient flows. */
export const sortPositions: (x: Tensor, attributes: SortAttributes) => Tensor<'int32'> =
  /* @__PURE__ */ defineOpWith({
    name: 'argSort',
    inputs: ['x'],
    forward: (x: Tensor, { axis, descending }: SortAttributes) =>
      tidy(() => {
        const values = runCast(x, widened(x.dtype))
        const kernel = lineKernel(sortKernel, values, [axis])
        if (kernel !== undefined) {
          return runLineKernel(
            [values],
            axis,
            ([v], along, out) => kernel(v!, along, descending, out),
            'int32',
          )
        }
        if (x.size === 0) return allocateLike(x, 'int32')
        return compose(values, axis, descending) as Tensor<'int32'>
      }),
  })

/** The longest lines that are compared each element with each. */
const longestCounted = 64

/** The most pairs in all lines that are. */
const mostPairs = 2 ** 18

function compose(values: Tensor, axis: number, descending: boolean): Tensor {
  const { shape } = values
  const length = shape[axis]!
  const x = reshape(values, [sizeOf(shape.slice(0, axis)), length, sizeOf(shape.slice(axis + 1))])
  const keys = keysOf(x, descending)
  const isSmall = length <= longestCounted && x.size * length <= mostPairs
  const positions = isSmall ? byCounting(keys, x) : byNetwork(keys, x)
  return reshape(positions, shape)
}

/**
 * What is compared: the numbers, and where they are equal the positions along axis 1, so that no two elements are equal.
 *
 * NaN becomes an infinity that lies, by its position, beyond all others.
 */
function keysOf(x: Tensor, descending: boolean): SortKeys {
  const positions = positionsAlong(x, 1)
  if (!isFloat(x.dtype)) return { numbers: x, order: positions, descending }
  const length = x.shape[1]!
  const isGreatest = isNotANumber(x)
  return {
    numbers: where(isGreatest, Infinity, x),
    order: where(isGreatest, add(positions, descending ? -length : length), positions),
    descending,
  }
}

/** Sorts short lines in few calls: the place of an element is the number of those that it comes after. */
function byCounting({ numbers, order, descending }: SortKeys, x: Tensor): Tensor {
  const keys = (axis: number): SortKeys => ({
    numbers: insertAxes(numbers, [axis]),
    order: insertAxes(order, [axis]),
    descending,
  })
  const places = sum(comesAfter(keys(2), keys(1)), { axis: 2 })
  return runScatterAdd(places, positionsAlong(x, 1), 1, x.shape[1]!)
}

function byNetwork(keys: SortKeys, x: Tensor): Tensor {
  const order = runNetwork(keys)
  return isFloat(x.dtype) ? mod(order, x.shape[1]!) : order
}
