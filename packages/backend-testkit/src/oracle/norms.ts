import { build, elementAt, indicesOf, type OracleArray, positionOf, promote, toFloat } from './array.ts'
import { normalAxis } from './movement.ts'

/** Positions of an array that belong together: those with the same key. */
function partsOf(
  shape: readonly number[],
  keyOf: (index: readonly number[]) => string,
): Map<string, number[]> {
  const parts = new Map<string, number[]>()
  indicesOf(shape).forEach((index, position) => {
    const key = keyOf(index)
    const part = parts.get(key)
    if (part === undefined) parts.set(key, [position])
    else part.push(position)
  })
  return parts
}

const average = (numbers: readonly number[]): number =>
  numbers.reduce((sum, value) => sum + value, 0) / numbers.length

/** Each part of an array divided by the root of its mean square, after its mean was subtracted where it is to be centered. */
function standardized(
  x: OracleArray,
  keyOf: (index: readonly number[]) => string,
  epsilon: number,
  centered: boolean,
): number[] {
  const out = [...x.values]
  for (const part of partsOf(x.shape, keyOf).values()) {
    const mean = centered ? average(part.map((position) => x.values[position]!)) : 0
    const spread = average(part.map((position) => (x.values[position]! - mean) ** 2))
    for (const position of part) out[position] = (x.values[position]! - mean) / Math.sqrt(spread + epsilon)
  }
  return out
}

/** The float dtype of what several arrays make together. */
function commonFloat(...arrays: readonly OracleArray[]): OracleArray['dtype'] {
  return arrays.map(({ dtype }) => toFloat(dtype)).reduce(promote)
}

function along(x: OracleArray, axis: number | readonly number[]): number[] {
  return [axis]
    .flat()
    .map((a) => normalAxis(a, x.shape.length))
    .sort((a, b) => a - b)
}

/** x normalized along axes, times gamma, plus beta. */
export function layerNorm(
  x: OracleArray,
  gamma: OracleArray,
  beta: OracleArray | undefined,
  axis: number | readonly number[],
  epsilon: number,
): OracleArray {
  const axes = along(x, axis)
  const keyOf = (index: readonly number[]): string => index.filter((_, d) => !axes.includes(d)).join()
  const normal = standardized(x, keyOf, epsilon, beta !== undefined)
  return build(x.shape, commonFloat(x, gamma, beta ?? x), (index) => {
    const own = axes.map((a) => index[a]!)
    const scaled = normal[positionOf(x.shape, index)]! * elementAt(gamma, own)
    return beta === undefined ? scaled : scaled + elementAt(beta, own)
  })
}

/** Each sample's groups of channels normalized, times gamma, plus beta. */
export function groupNorm(
  x: OracleArray,
  gamma: OracleArray,
  beta: OracleArray,
  { groups, axis, epsilon }: { readonly groups: number; readonly axis: number; readonly epsilon: number },
): OracleArray {
  const [channel] = along(x, axis) as [number]
  const size = x.shape[channel]! / groups
  const keyOf = (index: readonly number[]): string => `${index[0]} ${Math.floor(index[channel]! / size)}`
  const normal = standardized(x, keyOf, epsilon, true)
  return build(x.shape, commonFloat(x, gamma, beta), (index) => {
    const own = [index[channel]!]
    return normal[positionOf(x.shape, index)]! * elementAt(gamma, own) + elementAt(beta, own)
  })
}

/** Channels normalized with given statistics; inputs: x, mean, variance, gamma, beta. */
export function batchNorm(inputs: readonly OracleArray[], axis: number, epsilon: number): OracleArray {
  const [x, mean, variance, gamma, beta] = inputs as [
    OracleArray,
    OracleArray,
    OracleArray,
    OracleArray,
    OracleArray,
  ]
  const [channel] = along(x, axis) as [number]
  return build(x.shape, commonFloat(...inputs), (index) => {
    const own = [index[channel]!]
    const normal =
      (elementAt(x, index) - elementAt(mean, own)) / Math.sqrt(elementAt(variance, own) + epsilon)
    return normal * elementAt(gamma, own) + elementAt(beta, own)
  })
}

/** Mean and variance along axes, which stay with size 1, of the elements where the mask is true; 0 where none is. */
export function moments(x: OracleArray, mask: OracleArray, axis: readonly number[]): OracleArray[] {
  const axes = along(x, axis)
  const shape = x.shape.map((side, d) => (axes.includes(d) ? 1 : side))
  const counted = new Map<string, number[]>()
  for (const index of indicesOf(x.shape)) {
    const own = index.slice(x.shape.length - mask.shape.length)
    if (
      elementAt(
        mask,
        own.map((at, d) => (mask.shape[d] === 1 ? 0 : at)),
      ) === 0
    )
      continue
    const key = index.map((at, d) => (axes.includes(d) ? 0 : at)).join()
    counted.set(key, [...(counted.get(key) ?? []), elementAt(x, index)])
  }
  const of = (f: (part: readonly number[]) => number): OracleArray =>
    build(shape, toFloat(x.dtype), (index) => {
      const part = counted.get(index.join())
      return part === undefined ? 0 : f(part)
    })
  return [of(average), of((part) => average(part.map((value) => (value - average(part)) ** 2)))]
}
