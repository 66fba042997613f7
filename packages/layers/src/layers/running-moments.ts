import type { HostArray } from './host-array.ts'

/** The mean and variance of batches that come one after another, apart for each index along some axes. */
export interface RunningMoments {
  /** Adds a batch; its sizes along the kept axes are those of all others. */
  add(batch: HostArray): void
  /** How many values each mean is of. */
  readonly count: number
  readonly mean: Float64Array
  readonly variance: Float64Array
}

/**
 * Makes a sum of no batches.
 *
 * Each batch is centred around its own mean, and the sums of squares are combined by the parallel formula: the squares
 * of large numbers are never subtracted from each other.
 *
 * @param keptAxes The axes whose indices have moments of their own, in order; not the first.
 * @param groups How many indices they have together.
 * @see https://www.cs.yale.edu/publications/techreports/tr222.pdf (Chan, Golub, LeVeque 1979)
 */
export function runningMoments(keptAxes: readonly number[], groups: number): RunningMoments {
  const mean = new Float64Array(groups)
  const squares = new Float64Array(groups)
  let count = 0
  return {
    add({ shape, data }) {
      const group = groupsWithin(shape, keptAxes)
      const added = data.length / groups
      if (added === 0 || groups === 0) return
      // Differences from one of the values are small where the values are close together.
      const start = new Float64Array(groups)
      for (let i = group.length - 1; i >= 0; i--) start[group[i]!] = data[i]!
      const own = new Float64Array(groups)
      data.forEach((value, i) => {
        const k = group[i % group.length]!
        own[k]! += value - start[k]!
      })
      for (let k = 0; k < groups; k++) own[k] = start[k]! + own[k]! / added
      const ownSquares = new Float64Array(groups)
      data.forEach((value, i) => {
        const k = group[i % group.length]!
        ownSquares[k]! += (value - own[k]!) ** 2
      })
      const total = count + added
      for (let k = 0; k < groups; k++) {
        const difference = own[k]! - mean[k]!
        mean[k]! += (difference * added) / total
        squares[k]! += ownSquares[k]! + (difference * difference * count * added) / total
      }
      count = total
    },
    get count() {
      return count
    },
    mean,
    get variance() {
      return squares.map((sum) => sum / Math.max(count, 1))
    },
  }
}

/** The group of each element of one sample. */
function groupsWithin(shape: readonly number[], keptAxes: readonly number[]): Int32Array {
  const size = shape.slice(1).reduce((product, side) => product * side, 1)
  const group = new Int32Array(size)
  let step = 1
  for (const axis of [...keptAxes].reverse()) {
    const inner = shape.slice(axis + 1).reduce((product, side) => product * side, 1)
    for (let i = 0; i < size; i++) group[i]! += (Math.floor(i / inner) % shape[axis]!) * step
    step *= shape[axis]!
  }
  return group
}
