import type { View } from '../backend/backend.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import { fillWhole } from './fill.ts'
import { computed, finish, isAcceptable, temporaryCopy } from './prepare.ts'
import { expandView, mergeDimensions } from './views.ts'

/** out[…, i, …] = x[…, index[…, i, …], …]; the int32 index broadcasts to x's shape but for `axis`. */
export function runGather(x: Tensor, index: Tensor, axis: number): Tensor {
  const shape = x.shape.map((side, i) => (i === axis ? index.shape[axis]! : side))
  const { backend } = x.storage
  return computed(allocate(backend, x.dtype, shape), (out) =>
    call([x, expandView(index, shape), out], axis, ([a, i, o], d) => backend.gather(a!, i!, d, o!)),
  )
}

/** Zeros of `length` along `axis`, with each update added where the index says. */
export function runScatterAdd(index: Tensor, updates: Tensor, axis: number, length: number): Tensor {
  const { backend } = updates.storage
  const shape = updates.shape.map((side, i) => (i === axis ? length : side))
  return computed(allocate(backend, updates.dtype, shape), (out) => {
    if (updates.size === 0) fillWhole(out, 0)
    else
      call([expandView(index, updates.shape), updates, out], axis, ([i, u, o], d) =>
        backend.scatterAdd(i!, u!, d, o!),
      )
  })
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
