import { ArgumentError, ShapeError, type Tensor } from '@tapegrad/core'
import { type ApplyOptions, Layer, type SymbolicApplyOptions } from '../engine/layer.ts'
import type { SymbolicShape, SymbolicTensor, Tensors } from '../engine/symbolic-tensor.ts'
import type { Masks } from './merge.ts'

/** What calls of attention layers can be told. */
export interface AttentionArguments {
  /** Whether step i attends to steps 0 to i only. Default: false. */
  readonly useCausalMask?: boolean
  /** Whether the weights come as a second output. Default: false. */
  readonly returnAttentionScores?: boolean
}

type List = readonly Tensor[]
type Alone<A> = A & { readonly returnAttentionScores?: false }
type WithScores<A> = A & { readonly returnAttentionScores: true }

/** What the layers share that attend with queries to values by their keys: [query, value] or [query, value, key]. */
export abstract class AttentionLayer<A extends AttentionArguments = AttentionArguments> extends Layer<
  List,
  Tensors,
  A
> {
  override supportsMasking = true

  /**
   * Applies the layer to `[query, value]` or `[query, value, key]`.
   *
   * @param options Besides `training` and `mask` (one or null for each input): `useCausalMask`, `returnAttentionScores`.
   * @returns The output, and with `returnAttentionScores` also the weights.
   * @throws {@link ShapeError}, {@link DTypeError} or {@link ArgumentError} when the inputs do not go together.
   */
  override apply(inputs: List, options?: ApplyOptions<List, Alone<A>>): Tensor
  override apply(inputs: List, options: ApplyOptions<List, WithScores<A>>): readonly [Tensor, Tensor]
  override apply(inputs: List, options: ApplyOptions<List, A>): Tensor | readonly [Tensor, Tensor]
  override apply(
    inputs: readonly SymbolicTensor[],
    options?: SymbolicApplyOptions<List, Alone<A>>,
  ): SymbolicTensor
  override apply(
    inputs: readonly SymbolicTensor[],
    options: SymbolicApplyOptions<List, WithScores<A>>,
  ): readonly [SymbolicTensor, SymbolicTensor]
  override apply(
    inputs: readonly SymbolicTensor[],
    options: SymbolicApplyOptions<List, A>,
  ): SymbolicTensor | readonly [SymbolicTensor, SymbolicTensor]
  override apply(
    inputs: List | readonly SymbolicTensor[],
    options?: ApplyOptions<List, A> | SymbolicApplyOptions<List, A>,
  ): Tensor | SymbolicTensor | readonly Tensor[] | readonly SymbolicTensor[] {
    return super.apply(inputs as List, options as ApplyOptions<List, A>)
  }

  /** The mask of the query; weights have none. */
  override computeMask(_inputs: List, masks: Masks): Tensor | null {
    return masks[0] ?? null
  }
}

/** Throws where shapes are not those of queries, values and keys that go together; returns them, the key's too. */
export function checkAttentionShapes(
  op: string,
  shapes: readonly SymbolicShape[],
): readonly [query: SymbolicShape, value: SymbolicShape, key: SymbolicShape] {
  const list: readonly unknown[] = shapes
  const areShapes = Array.isArray(list) && list.every((shape) => Array.isArray(shape))
  if (!areShapes || shapes.length < 2 || shapes.length > 3) {
    throw new ArgumentError('the layer takes a list of two or three tensors', {
      op,
      received: areShapes ? { inputs: shapes.length } : { shape: shapes },
      expected: '[query, value] or [query, value, key]',
      hint: 'layer.apply([x, x]) attends to itself',
    })
  }
  const [query, value, key = value] = shapes as readonly [SymbolicShape, SymbolicShape, SymbolicShape?]
  const fail = (what: string, expected: string): never => {
    throw new ShapeError(what, { op, received: { query, value, key }, expected })
  }
  if (query.length < 3 || query.length !== value.length || query.length !== key.length)
    fail(
      'the inputs have another number of axes',
      'the same number for all, at least 3: [batch, steps, size]',
    )
  if (!agree(query.slice(0, 1), value.slice(0, 1)) || !agree(query.slice(0, 1), key.slice(0, 1)))
    fail('the inputs have different batch sizes', 'one size along axis 0')
  if (!agree(value.slice(1, -1), key.slice(1, -1)))
    fail('there is not one value for each key', 'the same sizes but along the last axis')
  return [query, value, key]
}

/** Whether sizes are the same, where they are known. */
export function agree(a: SymbolicShape, b: SymbolicShape): boolean {
  return a.every((side, i) => side === null || b[i] === null || side === b[i])
}
