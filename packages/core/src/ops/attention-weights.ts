import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { checkFlag } from '../errors/flag.ts'
import { DTypeError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { isFloat, promoteTypes, toFloatType } from '../tensor/dtype.ts'
import { arange } from '../tensor/ranges.ts'
import { broadcastShape, type Shape, sameShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkFactor } from './activation-options.ts'
import { add } from './add.ts'
import { broadcastTo } from './broadcast-to.ts'
import { cast } from './cast.ts'
import { lessEqual } from './less-equal.ts'
import { logicalAnd } from './logical-and.ts'
import { matmul } from './matmul.ts'
import { maximum } from './maximum.ts'
import { swapAxes } from './move-axis.ts'
import { mul } from './mul.ts'
import { notEqual } from './not-equal.ts'
import { reshape } from './reshape.ts'
import { softmax } from './softmax.ts'
import { insertAxes } from './unit-axes.ts'
import { where } from './where.ts'

/** Which keys a query attends to, and how much a product counts. */
export interface AttentionWeightsOptions {
  /** Bool: true where a query attends to a key; or float: added to the scores, −Infinity where it does not. Default: all. */
  readonly mask?: Tensor | null
  /** Whether query i attends to keys 0 to i only. Default: false. */
  readonly causal?: boolean
  /** What the products of queries and keys are multiplied by. Default: 1 / √d. */
  readonly scale?: number
  /** Whether groups of neighbouring query heads, along axis −3, share a head of keys and values. Default: false. */
  readonly groupedQuery?: boolean
}

/** The names of {@link AttentionWeightsOptions}. */
export const attentionOptionNames: readonly string[] = ['mask', 'causal', 'scale', 'groupedQuery']

/** The score of what is not attended to: no other comes near it, and unlike −Infinity every device has it. */
const lowest = -1e30

/** The least that a float mask adds: masks of the dtype's least number must stay above what is not attended to. */
const leastShift = -1e29

/**
 * How much each query attends to each key: softmax(query · keyᵀ · scale + mask) along the keys.
 *
 * Weights that a mask excludes are 0, and a query that attends to nothing has weights of 0 only. Gradients flow to the
 * query, the key and a float mask.
 *
 * @param query Shape […, T, d], of any dtype; integers and bools are cast to float32.
 * @param key Shape […, S, d]. Batch axes broadcast.
 * @param options `mask`, bool or float, of a shape that broadcasts to the result; `causal` (default: false), which holds besides the mask; `scale` (default: 1 / √d); `groupedQuery` (default: false).
 * @returns A float tensor of shape […, T, S].
 * @throws {@link ShapeError} for tensors with fewer than two axes, different sizes d, batch axes or a mask that do not broadcast, or heads that cannot be grouped, {@link DTypeError} for a mask of integers.
 * @throws {@link ArgumentError} for what is not a tensor or a scale that is not finite, {@link BackendMismatchError} for tensors of different backends.
 * @see https://arxiv.org/abs/1706.03762
 * @example
 * ```ts
 * const x = tensor([[1, 0], [0, 1]])
 * attentionWeights(x, x, { causal: true, scale: 1 }) // [[1, 0], [0.2689, 0.7311]]
 * ```
 */
export function attentionWeights(query: Tensor, key: Tensor, options: AttentionWeightsOptions = {}): Tensor {
  const op = 'attentionWeights'
  checkOptionNames(op, options, attentionOptionNames)
  checkAttention(op, query, key, options)
  return tidy(() => {
    const dtype = toFloatType(promoteTypes(query.dtype, key.dtype))
    return weigh(cast(query, dtype), shareHeads(cast(key, dtype), query, options), options)
  })
}

/** The weights for arguments that were checked. To be called in a `tidy`. */
export function weigh(
  query: Tensor,
  key: Tensor,
  { mask = null, causal = false, scale }: AttentionWeightsOptions,
): Tensor {
  const [queries, keys] = [query.shape.at(-2)!, key.shape.at(-2)!]
  // Before the product: it has more elements, and may overflow.
  const scaled = mul(query, scale ?? 1 / Math.sqrt(query.shape.at(-1)!))
  const scores = matmul(scaled, swapAxes(key, -1, -2))
  const earlier = causal ? causalMask(query, queries, keys) : null
  if (mask === null) return earlier === null ? softmax(scores) : softmax(where(earlier, scores, lowest))
  const admitted = mask.dtype === 'bool' ? mask : notEqual(mask, -Infinity)
  const allowed = earlier === null ? admitted : logicalAnd(admitted, earlier)
  const shifted = mask.dtype === 'bool' ? scores : add(scores, shiftOf(mask, admitted, scores))
  // Where nothing is allowed, all scores are equal: the weights are 0 only afterwards.
  return where(allowed, softmax(where(allowed, shifted, lowest)), 0)
}

/** What a float mask adds to scores that it admits. */
function shiftOf(mask: Tensor, admitted: Tensor, scores: Tensor): Tensor {
  return where(admitted, maximum(cast(mask, scores.dtype), leastShift), 0)
}

/** True where a key is not later than a query. */
function causalMask({ storage: { backend } }: Tensor, queries: number, keys: number): Tensor<'bool'> {
  const options = { dtype: 'int32', backend } as const
  return lessEqual(arange(keys, options), insertAxes(arange(queries, options), [1]))
}

/** Keys or values with a head for each of the query's: in grouped attention each is repeated. */
export function shareHeads(
  x: Tensor,
  query: Tensor,
  { groupedQuery = false }: AttentionWeightsOptions,
): Tensor {
  if (!groupedQuery) return x
  const rank = x.shape.length
  const [heads, length, d] = x.shape.slice(-3) as [number, number, number]
  const wanted = query.shape.at(-3)!
  if (heads === wanted) return x
  const batch = x.shape.slice(0, -3)
  const repeated = broadcastTo(insertAxes(x, [rank - 2]), [...batch, heads, wanted / heads, length, d])
  return reshape(repeated, [...batch, wanted, length, d])
}

/** Throws where queries, keys and a mask do not go together; returns the shape of the weights. */
export function checkAttention(
  op: string,
  query: Tensor,
  key: Tensor,
  { mask, causal, scale, groupedQuery = false }: AttentionWeightsOptions,
): Shape {
  checkMatrices(op, 'query', query, query)
  checkMatrices(op, 'key', key, query)
  if (query.shape.at(-1) !== key.shape.at(-1)) {
    throw new ShapeError('queries and keys have different sizes', {
      op,
      received: { query, key },
      expected: `${query.shape.at(-1)} (query, axis -1) = ${key.shape.at(-1)} (key, axis -1)`,
    })
  }
  checkFlag(op, 'causal', causal)
  checkFlag(op, 'groupedQuery', groupedQuery)
  if (scale !== undefined) checkFactor(op, 'scale', scale)
  const batch = batchOf(op, query, 'key', key, groupedQuery)
  const shape = [...batch, query.shape.at(-2)!, key.shape.at(-2)!]
  if (mask !== undefined && mask !== null) checkMask(op, mask, query, shape)
  return shape
}

/** Throws where an argument is not a batch of matrices on the backend of the query. */
export function checkMatrices(op: string, name: string, x: Tensor, query: Tensor): void {
  checkInput(op, name, x)
  checkSameBackend(op, query, x)
  if (x.shape.length >= 2) return
  throw new ShapeError(`${name} is not a matrix or a batch of matrices`, { op, received: { [name]: x } })
}

/** The batch axes of queries and keys or values together; throws where they do not broadcast. */
export function batchOf(
  op: string,
  query: Tensor,
  name: string,
  other: Tensor,
  groupedQuery: boolean,
): Shape {
  const own = query.shape.slice(0, -2)
  const others = [...other.shape.slice(0, -2)]
  if (groupedQuery) {
    const [heads, groups] = [own.at(-1), others.at(-1)]
    if (heads === undefined || groups === undefined || groups === 0 || heads % groups !== 0) {
      throw new ShapeError(`the heads of the query cannot be grouped by those of ${name}`, {
        op,
        received: { query, [name]: other },
        expected: `along axis -3 a multiple of the heads of ${name}`,
      })
    }
    others[others.length - 1] = heads
  }
  const batch = broadcastShape(own, others)
  if (batch !== undefined) return batch
  throw new ShapeError('the batch axes do not broadcast', {
    op,
    received: { query, [name]: other },
    ...(groupedQuery ? {} : { hint: 'with fewer heads of keys than of queries: { groupedQuery: true }' }),
  })
}

function checkMask(op: string, mask: Tensor, query: Tensor, shape: Shape): void {
  checkInput(op, 'mask', mask)
  checkSameBackend(op, query, mask)
  if (mask.dtype !== 'bool' && !isFloat(mask.dtype)) {
    throw new DTypeError('the mask is neither bool nor float', {
      op,
      received: { mask },
      expected: 'bool, true where a query attends to a key, or float, added to the scores',
      hint: "cast(mask, 'bool')",
    })
  }
  const common = broadcastShape(mask.shape, shape)
  if (common !== undefined && sameShape(common, shape)) return
  throw new ShapeError('the mask does not broadcast to the weights', {
    op,
    received: { mask },
    expected: `a shape that broadcasts to [${shape.join(', ')}]`,
  })
}
