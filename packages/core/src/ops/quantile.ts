import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import type { Input } from '../autodiff/node.ts'
import { checkFlag } from '../errors/flag.ts'
import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { tensor } from '../tensor/create.ts'
import { isFloat, toFloatType } from '../tensor/dtype.ts'
import { normalizeAxes, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { cast } from './cast.ts'
import { equal } from './equal.ts'
import { gatherAlong } from './gather-along.ts'
import { isNaN as isNotANumber } from './is-nan.ts'
import { mul } from './mul.ts'
import { type Interpolation, interpolations, type Place, placeOf } from './quantile-places.ts'
import { type ReductionOptions, reductionOptionNames } from './reduction.ts'
import { reshape } from './reshape.ts'
import { partAlong } from './scan.ts'
import { sortAlong } from './sort.ts'
import { permuteAxes } from './transpose.ts'
import { where } from './where.ts'

/** What {@link quantile} takes between two elements, and along which axes. */
export interface QuantileOptions extends ReductionOptions {
  /** What is taken where a quantile lies between two elements. Default: `'linear'`. */
  readonly interpolation?: Interpolation
}

/** a · (1 − t) + b · t with a weight for each place along the last axis; a where the two are equal, exactly. */
const mix: (a: Tensor, b: Tensor, weights: readonly number[]) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'quantile',
  inputs: ['a', 'b'],
  forward: (a: Tensor, b: Tensor, weights: readonly number[]) =>
    tidy(() => where(equal(a, b), a, add(mul(a, shareOf(a, weights)), mul(b, asInput(b, weights))))),
  vjp: {
    a: (g, _saved, weights) => mul(g, shareOf(g, weights)),
    b: (g, _saved, weights) => mul(g, asInput(g, weights)),
  },
})

const shareOf = (like: Tensor, weights: readonly number[]): Input =>
  asInput(
    like,
    weights.map((weight) => 1 - weight),
  )

function asInput({ dtype, storage }: Tensor, weights: readonly number[]): Input {
  return weights.length === 1 ? weights[0]! : tensor([...weights], { dtype, backend: storage.backend })
}

/** The quantiles of what lies along axes; they follow one another along a new first axis. */
export function quantilesAlong(
  op: string,
  x: Tensor,
  options: ReductionOptions,
  places: (length: number) => readonly Place[],
): Tensor {
  const keepDims = checkFlag(op, 'keepDims', options.keepDims)
  const axes = normalizeAxes(op, options.axis, x.shape.length)
  const others = x.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]))
  const sides = others.map((i) => x.shape[i]!)
  const length = sizeOf(axes.map((i) => x.shape[i]!))
  if (length === 0) {
    throw new ArgumentError('an axis without elements has no quantiles', { op, received: { x, axes } })
  }
  const chosen = places(length)
  const outSides = keepDims ? x.shape.map((side, i) => (axes.includes(i) ? 1 : side)) : sides
  return tidy(() => {
    const lines = reshape(permuteAxes(x, [...others, ...axes]), [...sides, length])
    const values = pick(sortAlong(lines, sides.length, false), chosen)
    const first = permuteAxes(values, [sides.length, ...sides.map((_, i) => i)])
    return reshape(first, [chosen.length, ...outSides])
  })
}

/** The elements at places of sorted lines along the last axis, in floats; NaN where a line has any. */
function pick(sorted: Tensor, places: readonly Place[]): Tensor {
  const axis = sorted.shape.length - 1
  const length = sorted.shape[axis]!
  const at = (positions: readonly number[]): Tensor => {
    const index = tensor([...positions], {
      dtype: 'int32',
      shape: sorted.shape.map((_, i) => (i === axis ? positions.length : 1)),
      backend: sorted.storage.backend,
    })
    return cast(gatherAlong(sorted, index, { axis, length }), toFloatType(sorted.dtype))
  }
  const lower = at(places.map(({ position }) => position))
  const isBetween = places.some(({ weight }) => weight > 0)
  const upper = isBetween ? at(places.map(({ position, weight }) => position + Math.ceil(weight))) : lower
  const weights = places.map(({ weight }) => weight)
  const values = isBetween ? mix(lower, upper, weights) : lower
  if (!isFloat(sorted.dtype)) return values
  // NaN is sorted to the end.
  const last = partAlong(sorted, axis, length - 1, 1)
  return where(isNotANumber(last), last, values)
}

/**
 * The numbers below which parts of the elements along axes lie: 0 gives the least, 1 the greatest, ½ the median.
 *
 * Of n elements in ascending order the quantile q is the one at position q · (n − 1); between two it is interpolated:
 * linearly, or as the `'lower'`, the `'higher'`, the `'nearest'` (the one at an even position where both are as near) or
 * the `'midpoint'` of both. Gradients go back to the elements that it is taken from.
 *
 * @param x A tensor of any dtype; integers and bools give float32.
 * @param q A number from 0 to 1, or several.
 * @param options `axis`, one or several that are taken together (default: all), `keepDims` (default: false) and `interpolation` (default: `'linear'`).
 * @returns A float tensor; several q lie along a new first axis. NaN where any element is NaN.
 * @throws {@link ArgumentError} for a q outside 0 to 1, another interpolation, or where there are no elements, {@link ShapeError} for an axis that the tensor does not have.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.quantile.html
 * @example
 * ```ts
 * quantile(tensor([4, 1, 2, 3]), 0.5) // 2.5
 * quantile(tensor([[3, 1], [2, 8]]), [0, 0.25], { axis: 1 }) // [[1, 2], [1.5, 3.5]]
 * quantile(tensor([4, 1, 2, 3]), 0.5, { interpolation: 'higher' }) // 3
 * ```
 */
export function quantile(x: Tensor, q: number | readonly number[], options: QuantileOptions = {}): Tensor {
  checkInput('quantile', 'x', x)
  checkOptionNames('quantile', options, [...reductionOptionNames, 'interpolation'])
  const { interpolation = 'linear' } = options
  if (!interpolations.includes(interpolation)) {
    throw new ArgumentError('there is no such interpolation', {
      op: 'quantile',
      received: { interpolation },
      expected: `one of ${interpolations.join(', ')}`,
    })
  }
  const list = Array.isArray(q) ? (q as readonly number[]) : [q as number]
  if (!list.every((part) => typeof part === 'number' && part >= 0 && part <= 1)) {
    throw new ArgumentError('q is not made of numbers from 0 to 1', {
      op: 'quantile',
      received: { q },
      hint: 'of a percentage, pass the hundredth part',
    })
  }
  return tidy(() => {
    const all = quantilesAlong('quantile', x, options, (length) =>
      list.map((part) => placeOf(part * (length - 1), interpolation)),
    )
    return Array.isArray(q) ? all : reshape(all, all.shape.slice(1))
  })
}
