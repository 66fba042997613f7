import { defineOpWith } from '../autodiff/define-op.ts'
import { copyView } from '../dispatch/copy.ts'
import { computed } from '../dispatch/prepare.ts'
import { scalar } from '../tensor/create.ts'
import { allocateLike, type Tensor } from '../tensor/tensor.ts'
import { expandTo } from './broadcast-to.ts'
import { type Region, sliceRegion, viewOfRegion } from './region.ts'

/** The tensor with a region replaced by values of its shape and dtype. */
export const replaceRegion: (x: Tensor, values: Tensor, region: Region) => Tensor =
  /* @__PURE__ */ defineOpWith({
    name: 'indexUpdate',
    inputs: ['x', 'values'],
    forward: (x: Tensor, values: Tensor, region: Region) =>
      computed(allocateLike(x, x.dtype), (out) => {
        copyView(x, out)
        copyView(values, viewOfRegion(out, region))
      }),
    vjp: {
      x: (g, _saved, region) => {
        const zero = scalar(0, { dtype: g.dtype, backend: g.storage.backend })
        return replaceRegion(g, expandTo(zero, region.shape), region)
      },
      values: (g, _saved, region) => sliceRegion(g, region),
    },
  })
