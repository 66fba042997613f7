import { ArgumentError, broadcastTo, DisposedError, ShapeError, sameShape, Tensor } from '@tapegrad/core'

const masks: WeakMap<Tensor, Tensor> = new WeakMap()

/**
 * The mask that came with a tensor: true where a time step (or element) counts.
 *
 * @throws {@link DisposedError} when the mask was disposed before its tensor: computing on without it would be wrong.
 * @see https://keras.io/guides/understanding_masking_and_padding/
 * @example
 * ```ts
 * const y = new Masking().apply(tensor([[[1], [0]]]))
 * getMask(y) // [[true, false]]
 * ```
 */
export function getMask(x: Tensor): Tensor | null {
  const mask = masks.get(x)
  if (mask === undefined) return null
  if (mask.disposed) {
    throw new DisposedError('the mask of the tensor was disposed before it', {
      op: 'getMask',
      received: { x, mask },
      hint: 'return both from tidy: { y, mask: getMask(y) }; or drop the mask with setMask(y, null)',
    })
  }
  return mask
}

/**
 * Attaches a mask to a tensor; layers that the tensor is given to receive it. Null takes it off.
 *
 * @param mask A tensor of the shape of the tensor's first axes, such as [batch, steps]; sizes of 1 are stretched.
 * @throws {@link ShapeError} when it has another shape, {@link ArgumentError} when it is not a tensor.
 * @example
 * ```ts
 * setMask(x, tensor([[true, true, false]]))
 * new Dense({ units: 4 }).apply(x) // its output has the mask too
 * ```
 */
export function setMask(x: Tensor, mask: Tensor | null): void {
  if (mask === null) {
    masks.delete(x)
    return
  }
  checkMask('setMask', x, mask)
  masks.set(x, mask)
}

/** The sizes of the axes that a mask of a tensor covers: the first ones, or those named. */
function coveredSides(x: Tensor, rank: number, axes: readonly number[] | null): readonly number[] {
  return axes === null ? x.shape.slice(0, rank) : axes.map((axis) => x.shape[axis]!)
}

/** Checks that a mask covers the first axes of a tensor (or those named), or broadcasts to them. */
export function checkMask(
  op: string,
  x: Tensor,
  mask: unknown,
  axes: readonly number[] | null = null,
): asserts mask is Tensor {
  if (!(mask instanceof Tensor)) {
    throw new ArgumentError('the mask is not a tensor', {
      op,
      received: { mask },
      expected: 'a tensor, or null',
    })
  }
  const sides = coveredSides(x, mask.rank, axes)
  if (mask.rank === sides.length && mask.shape.every((side, i) => side === sides[i] || side === 1)) return
  throw new ShapeError('the mask does not have the shape of the first axes of the tensor', {
    op,
    received: { x, mask },
    expected:
      axes === null
        ? 'a mask of shape [batch, steps] for a tensor of shape [batch, steps, …]; sizes of 1 are stretched'
        : `a mask along the axes ${axes.join(', ')} of the tensor; sizes of 1 are stretched`,
  })
}

/** The mask of a tensor, stretched to the sizes of the axes that it covers. */
export function wholeMask(x: Tensor, mask: Tensor, axes: readonly number[] | null = null): Tensor {
  const shape = coveredSides(x, mask.rank, axes)
  return sameShape(mask.shape, shape) ? mask : broadcastTo(mask, shape)
}
