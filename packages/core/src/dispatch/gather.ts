import type { View } from '../backend/backend.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import { fillWhole } from './fill.ts'
import { finish, isAcceptable, temporaryCopy } from './prepare.ts'
import { expandView, mergeDimensions } from './views.ts'

/** out[…, i, …] = x[…, index[…, i, …], …]; the int32 index broadcasts to x's shape but for `axis`. */
export function runGather(x: Tensor, index: Tensor, axis: number): Tensor {
  const shape = x.shape.map((side, i) => (i === axis ? index.shape[axis]! : side))
  const out = allocate(x.storage.backend, x.dtype, shape)
  if (out.size > 0) {
    call([x, expandView(index, shape), out], axis, ([a, i, o], d) =>
      out.storage.backend.gather(a!, i!, d, o!),
    )
  }
  return out
}

/** Zeros of `length` along `axis`, with each update added where the index says. */
export function runScatterAdd(index: Tensor, updates: Tensor, axis: number, length: number): Tensor {
  const { backend } = updates.storage
  const out = allocate(
    backend,
    updates.dtype,
    updates.shape.map((side, i) => (i === axis ? length : side)),
  )
  if (out.size === 0) return out
  if (updates.size === 0) fillWhole(out, 0)
  else
    call([expandView(index, updates.shape), updates, out], axis, ([i, u, o], d) =>
      backend.scatterAdd(i!, u!, d, o!),
    )
  return out
}

function call(
  views: readonly View[],
  axis: number,
  run: (views: readonly View[], axis: number) => void,
): void {
  try {
    let merged = mergeDimensions(views, axis)
    if (!merged.views.every(isAcceptable)) {
      merged = mergeDimensions(
        views.map((view) => (view.contiguous ? view : temporaryCopy(view))),
        axis,
      )
    }
    run(merged.views, merged.axis)
  } finally {
    finish()
  }
}
