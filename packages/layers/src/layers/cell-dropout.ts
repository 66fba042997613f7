import { concat, dropout, matmul, mul, ones, type random, split, type Tensor } from '@tapegrad/core'

/** What a cell drops in each step of a sequence: one mask for all gates, or one for each; none where nothing is. */
export type DropMasks = readonly Tensor[]

/** Factors that drop elements and keep the mean: as many masks as asked for, of the shape of a tensor. */
export function drawMasks(
  { shape, dtype, storage }: Pick<Tensor, 'shape' | 'dtype' | 'storage'>,
  rate: number,
  count: number,
  generator: () => random.Generator,
): DropMasks {
  if (rate === 0) return []
  const all = ones(shape, { dtype, backend: storage.backend })
  return Array.from({ length: count }, () => dropout(all, rate, { generator: generator() }))
}

/** x · kernel for all gates, [batch, gates · units], each gate with what its mask leaves of x. */
export function projectDropped(x: Tensor, kernel: Tensor, masks: DropMasks): Tensor {
  const [mask, ...others] = masks
  if (mask === undefined) return matmul(x, kernel)
  if (others.length === 0) return matmul(mul(x, mask), kernel)
  const parts = split(kernel, masks.length, { axis: 1 })
  return concat(
    masks.map((each, i) => matmul(mul(x, each), parts[i]!)),
    { axis: 1 },
  )
}
