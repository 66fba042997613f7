import { build, elementAt, type OracleArray, promote, toFloat } from './array.ts'

/** An element of a batch of matrices that broadcasts over batch axes, and over rows and columns of size 1. */
function broadcastAt(x: OracleArray, index: readonly number[]): number {
  const own = index.slice(index.length - x.shape.length)
  return elementAt(
    x,
    own.map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
  )
}

export interface AttentionAttributes {
  /** The batch axes that queries, keys and values have together. */
  readonly batch: readonly number[]
  readonly causal: boolean
  readonly scale: number
}

/** The values weighed by how much each query attends to their keys; 0 where it attends to none. */
export function attention(
  inputs: readonly OracleArray[],
  { batch, causal, scale }: AttentionAttributes,
): OracleArray {
  const [query, key, value, mask] = inputs as readonly [OracleArray, OracleArray, OracleArray, OracleArray?]
  const [length, d] = key.shape.slice(-2) as [number, number]
  const shape = [...batch, query.shape.at(-2)!, value.shape.at(-1)!]
  const dtype = toFloat([query, key, value].map((x) => x.dtype).reduce(promote))
  return build(shape, dtype, (index) => {
    const [own, row, column] = [index.slice(0, -2), index.at(-2)!, index.at(-1)!]
    const attended: { readonly score: number; readonly value: number }[] = []
    for (let j = 0; j < length; j++) {
      const masked = mask === undefined ? 0 : broadcastAt(mask, [...own, row, j])
      if (causal && j > row) continue
      if (mask?.dtype === 'bool' && masked === 0) continue
      let product = 0
      for (let i = 0; i < d; i++) {
        product += broadcastAt(query, [...own, row, i]) * broadcastAt(key, [...own, j, i])
      }
      const score = product * scale + (mask?.dtype === 'bool' ? 0 : masked)
      attended.push({ score, value: broadcastAt(value, [...own, j, column]) })
    }
    const peak = Math.max(...attended.map(({ score }) => score))
    let [total, weighted] = [0, 0]
    for (const each of attended) {
      const weight = Math.exp(each.score - peak)
      total += weight
      weighted += weight * each.value
    }
    return total === 0 ? 0 : weighted / total
  })
}
