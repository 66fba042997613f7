import { ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { generatorOf } from '../random/draw.ts'
import type { Generator } from '../random/generator.ts'
import { promoteTypes, toFloatType } from '../tensor/dtype.ts'
import { broadcastShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import {
  type AttentionWeightsOptions,
  attentionOptionNames,
  batchOf,
  checkAttention,
  checkMatrices,
  shareHeads,
  weigh,
} from './attention-weights.ts'
import { cast } from './cast.ts'
import { checkRate, dropout } from './dropout.ts'
import { matmul } from './matmul.ts'

/** How {@link scaledDotProductAttention} weighs the values. */
export interface ScaledDotProductAttentionOptions extends AttentionWeightsOptions {
  /** The probability that a weight is dropped, in training. Default: 0. */
  readonly dropoutRate?: number
  /** Where the random numbers of the dropout come from. Default: the generator that `setSeed` seeds. */
  readonly generator?: Generator
  /** Drops the same weights in every call: those of `new random.Generator(seed)`. */
  readonly seed?: number
}

/**
 * For each query the values of the keys that it attends to: softmax(query · keyᵀ · scale + mask) · value.
 *
 * A query that attends to nothing gives 0. Gradients flow to the query, the key, the value and a float mask. The weights
 * by themselves are those of {@link attentionWeights}.
 *
 * @param query Shape […, T, d], of any dtype; integers and bools are cast to float32.
 * @param key Shape […, S, d]. Batch axes broadcast.
 * @param value Shape […, S, e]. What a mask excludes is multiplied by 0: it must be finite.
 * @param options `mask`, a tensor of a shape that broadcasts to […, T, S]: bool, true where a query attends to a key, or float, added to the scores (−Infinity excludes); `causal`: query i attends to keys 0 to i only, besides the mask (default: false); `scale` (default: 1 / √d); `groupedQuery`: groups of query heads, along axis −3, share a head of keys and values (default: false); `dropoutRate` with `generator` or `seed` (default: 0).
 * @returns A float tensor of shape […, T, e].
 * @throws {@link ShapeError} for tensors with fewer than two axes, sizes that differ, batch axes or a mask that do not broadcast, or heads that cannot be grouped, {@link DTypeError} for a mask of integers.
 * @throws {@link ArgumentError} for what is not a tensor, a scale that is not finite or a rate outside [0, 1], {@link BackendMismatchError} for tensors of different backends.
 * @see https://arxiv.org/abs/1706.03762
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
 * @example
 * ```ts
 * const x = tensor([[1, 0], [0, 1]])
 * const value = tensor([[10], [20]])
 * scaledDotProductAttention(x, x, value, { causal: true, scale: 1 }) // [[10.00], [17.31]]
 * scaledDotProductAttention(x, x, value, { mask: tensor([[false, true], [false, false]]) }) // [[20], [0]]
 * ```
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: ScaledDotProductAttentionOptions = {},
): Tensor {
  const op = 'scaledDotProductAttention'
  checkOptionNames(op, options, [...attentionOptionNames, 'dropoutRate', 'generator', 'seed'])
  const weightsShape = checkAttention(op, query, key, options)
  checkMatrices(op, 'value', value, query)
  checkValues(op, query, key, value, weightsShape.slice(0, -2), options)
  const { dropoutRate = 0 } = options
  checkRate(op, 'dropoutRate', dropoutRate)
  const generator = generatorOf(op, options)
  return tidy(() => {
    const dtype = toFloatType([query, key, value].map((x) => x.dtype).reduce(promoteTypes))
    const [q, k, v] = [query, key, value].map((x) => cast(x, dtype)) as [Tensor, Tensor, Tensor]
    const weights = weigh(q, shareHeads(k, q, options), options)
    const dropped = dropoutRate === 0 ? weights : dropout(weights, dropoutRate, { generator })
    return matmul(dropped, shareHeads(v, q, options))
  })
}

function checkValues(
  op: string,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  batch: readonly number[],
  { groupedQuery = false }: AttentionWeightsOptions,
): void {
  if (key.shape.at(-2) !== value.shape.at(-2)) {
    throw new ShapeError('there is not one value for each key', {
      op,
      received: { key, value },
      expected: `${key.shape.at(-2)} (key, axis -2) = ${value.shape.at(-2)} (value, axis -2)`,
    })
  }
  if (broadcastShape(batch, batchOf(op, query, 'value', value, groupedQuery)) !== undefined) return
  throw new ShapeError('the batch axes do not broadcast', { op, received: { query, key, value } })
}
