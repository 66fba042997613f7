import {
  ArgumentError,
  broadcastTo,
  expandDims,
  logicalOr,
  reshape,
  ShapeError,
  type Tensor,
} from '@tapegrad/core'
import { type CallOptions, Layer } from '../engine/layer.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'

/** The masks of a merging layer's inputs, one or null for each. */
export type Masks = readonly (Tensor | null)[]

/** What layers that make one tensor of several have in common. */
export abstract class MergingLayer extends Layer<readonly Tensor[]> {
  override supportsMasking = true

  /** Checks the shapes of the inputs, which is all that merging layers have to build. */
  override build(inputShape: readonly SymbolicShape[]): void {
    this.checkShapes(inputShape)
  }

  override call(inputs: readonly Tensor[], { mask }: CallOptions<readonly Tensor[]>): Tensor {
    this.checkShapes(Array.isArray(inputs) ? inputs.map(({ shape }) => shape) : [])
    return this.merge(inputs, mask)
  }

  /** What the layer computes of inputs that have been checked. */
  protected abstract merge(inputs: readonly Tensor[], masks: Masks): Tensor

  /** Throws where the inputs are not what the layer takes. */
  protected checkShapes(shapes: readonly SymbolicShape[]): void {
    checkList(this.className, shapes)
  }
}

/** What layers that combine their inputs element by element have in common. */
export abstract class ElementwiseMerge extends MergingLayer {
  override computeOutputShape(inputShape: readonly SymbolicShape[]): SymbolicShape {
    this.checkShapes(inputShape)
    return mergedShape(this.className, inputShape)
  }

  /** Elements count where they count in any of the inputs; where one input has no mask, all do. */
  override computeMask(inputs: readonly Tensor[], masks: Masks): Tensor | null {
    const rank = Math.max(...inputs.map((x) => x.rank))
    const aligned = inputs.map((x, i) => alignMask(masks[i] ?? null, x, rank))
    if (!aligned.every((mask) => mask !== null)) return null
    const either = aligned.reduce((a, b) => logicalOr(a, b))
    const depth = Math.max(...inputs.map((x, i) => masks[i]!.rank + rank - x.rank))
    const shape = mergedShape(
      this.className,
      inputs.map((x) => x.shape),
    ) as readonly number[]
    return broadcastTo(reshape(either, either.shape.slice(0, depth)), shape.slice(0, depth))
  }

  protected override checkShapes(shapes: readonly SymbolicShape[]): void {
    super.checkShapes(shapes)
    mergedShape(this.className, shapes)
  }

  protected override merge(inputs: readonly Tensor[], masks: Masks): Tensor {
    const rank = Math.max(...inputs.map((x) => x.rank))
    return this.combine(
      inputs.map((x) => alignInput(x, rank)),
      inputs.map((x, i) => alignMask(masks[i] ?? null, x, rank)),
    )
  }

  /** What the layer computes of inputs of one rank; their masks broadcast to them. */
  protected abstract combine(inputs: readonly Tensor[], masks: Masks): Tensor
}

/** Throws where there is another number of inputs than a layer takes. */
export function checkCount(op: string, inputs: readonly unknown[], count: number): void {
  if (inputs.length === count) return
  throw new ArgumentError('the layer takes another number of inputs', {
    op,
    received: { inputs: inputs.length },
    expected: `${count}`,
  })
}

function checkList(op: string, shapes: readonly SymbolicShape[]): void {
  if (shapes.length === 0 || !shapes.every((shape) => Array.isArray(shape))) {
    throw new ArgumentError('the layer takes a list of tensors', {
      op,
      expected: 'at least one tensor in a list',
      hint: 'layer.apply([a, b])',
    })
  }
  const scalar = shapes.findIndex((shape) => shape.length === 0)
  if (scalar >= 0) {
    throw new ShapeError(`input ${scalar} has no batch`, {
      op,
      received: { shapes },
      expected: 'at least one axis',
    })
  }
  if (new Set(shapes.map(([batch]) => batch).filter((batch) => batch !== null)).size > 1)
    throw new ShapeError('the inputs have different batch sizes', { op, received: { shapes } })
}

/** The shape of inputs combined element by element: missing axes are put behind the batch, sizes of 1 are stretched. */
function mergedShape(op: string, shapes: readonly SymbolicShape[]): SymbolicShape {
  const batch = shapes.map(([size]) => size).find((size) => size !== null) ?? null
  const others: readonly SymbolicShape[] = shapes.map((shape) => shape.slice(1))
  return [batch, ...others.reduce((a, b) => broadcastSymbolic(op, shapes, a, b))]
}

function broadcastSymbolic(
  op: string,
  shapes: readonly SymbolicShape[],
  a: SymbolicShape,
  b: SymbolicShape,
): SymbolicShape {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const [p, q] = [a[i - rank + a.length], b[i - rank + b.length]]
    if (p === undefined || q === undefined) return (p ?? q)!
    if (p === null || q === null) return null
    if (p === q || q === 1) return p
    if (p === 1) return q
    throw new ShapeError('the shapes of the inputs do not go together', {
      op,
      received: { shapes },
      expected: 'along each axis but the batch the same size, or 1',
    })
  })
}

/** The input with axes of size 1 behind the batch until it has a rank. */
function alignInput(x: Tensor, rank: number): Tensor {
  return x.rank === rank ? x : expandDims(x, { axis: Array.from({ length: rank - x.rank }, (_, i) => i + 1) })
}

/** The mask of an input with axes of size 1, so that it broadcasts to the input of a rank. */
function alignMask(mask: Tensor | null, x: Tensor, rank: number): Tensor | null {
  if (mask === null) return null
  const ones = (length: number): number[] => Array.from({ length }, () => 1)
  const { shape } = mask
  return reshape(mask, [
    ...shape.slice(0, 1),
    ...ones(rank - x.rank),
    ...shape.slice(1),
    ...ones(x.rank - shape.length),
  ])
}
