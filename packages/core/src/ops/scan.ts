import { checkInput } from '../autodiff/inputs.ts'
import { checkFlag } from '../errors/flag.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { concat } from './concat.ts'
import { placeRegion, regionAlong, sliceRegion } from './region.ts'
import { reshape } from './reshape.ts'

/** How {@link cumsum} and {@link cumprod} walk. */
export interface ScanOptions {
  /** Negative ones count from the last. Default: all elements in row-major order, as one line. */
  readonly axis?: number
  /** Whether an element itself is left out, so that each line starts with the value of nothing. Default: false. */
  readonly exclusive?: boolean
  /** Whether to walk from the end. Default: false. */
  readonly reverse?: boolean
}

/** The axis that a scan walks along, and whether from its end. */
export interface ScanAttributes {
  readonly axis: number
  readonly reverse: boolean
}

/** What lies along one axis for each state that a scan carries; the order of the states is the scan's. */
type Combine = (earlier: readonly Tensor[], later: readonly Tensor[]) => readonly Tensor[]

/**
 * Each element combined with all before it, for an associative combination: first with the element before, then with
 * the two before those, the four before those, so that log₂ n rounds are enough (Hillis and Steele).
 *
 * Built from ops that can be differentiated. Where there is nothing to combine, the states come back as they are.
 */
export function scanAlong(
  states: readonly Tensor[],
  { axis, reverse }: ScanAttributes,
  combine: Combine,
): readonly Tensor[] {
  const length = states[0]!.shape[axis]!
  let scanned = states
  for (let distance = 1; distance < length; distance *= 2) {
    const rest = length - distance
    const near = scanned.map((x) => partAlong(x, axis, 0, rest))
    const far = scanned.map((x) => partAlong(x, axis, distance, rest))
    const combined = reverse ? combine(far, near) : combine(near, far)
    scanned = scanned.map((x, i) => {
      const first = partAlong(x, axis, reverse ? rest : 0, distance)
      return concat(reverse ? [combined[i]!, first] : [first, combined[i]!], { axis })
    })
  }
  return scanned
}

/** The elements along an axis from `start` on. */
export function partAlong(x: Tensor, axis: number, start: number, length: number): Tensor {
  return sliceRegion(x, regionAlong(x.shape, axis, start, length))
}

/** Each element replaced by the one before it on the walk, the first by a value. */
export function delay(x: Tensor, { axis, reverse }: ScanAttributes, value: number): Tensor {
  const rest = Math.max(x.shape[axis]! - 1, 0)
  const skipped = x.shape[axis]! - rest
  const region = regionAlong(x.shape, axis, reverse ? 0 : skipped, rest)
  return placeRegion(partAlong(x, axis, reverse ? skipped : 0, rest), { region, value })
}

/** A tensor and the axis to walk along: as given, or as one line of all elements. */
export function asLine(x: Tensor, op: string, axis: number | undefined): readonly [Tensor, number] {
  if (axis === undefined) return [reshape(x, [x.size]), 0]
  return [x, normalizeAxis(op, axis, x.shape.length)]
}

/** Checks the arguments of an op of {@link ScanOptions}, and walks. `ofNothing` is what an exclusive walk starts with. */
export function runScan(
  op: string,
  x: Tensor,
  options: ScanOptions,
  ofNothing: number,
  scan: (x: Tensor, attributes: ScanAttributes) => Tensor,
): Tensor {
  checkInput(op, 'x', x)
  checkOptionNames(op, options, ['axis', 'exclusive', 'reverse'])
  const exclusive = checkFlag(op, 'exclusive', options.exclusive)
  const reverse = checkFlag(op, 'reverse', options.reverse)
  return tidy(() => {
    const [line, axis] = asLine(x, op, options.axis)
    const scanned = scan(line, { axis, reverse })
    return exclusive ? delay(scanned, { axis, reverse }, ofNothing) : scanned
  })
}

/** The dtype of sums and products: small integers are int32. */
export function widened(dtype: DType): DType {
  return dtype === 'bool' || dtype === 'uint8' ? 'int32' : dtype
}
