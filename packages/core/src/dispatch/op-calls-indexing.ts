import * as core from '../index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { OpCall } from './op-calls.ts'

/** Strided, so that backends which only take contiguous views need a copy. */
function matrix(): Tensor {
  const flat = core.tensor([0.5, 0.25, 0.75, 0.125, 1, 0.375], { shape: [2, 3] })
  const view = core.transpose(flat)
  flat.dispose()
  return view
}

const positions = (): Tensor => core.tensor([1, 0, 1], { dtype: 'int32' })
const pairs = (): Tensor => core.tensor([2, 1, 0, 0, 2, 1], { shape: [3, 2], dtype: 'int32' })
const three = (): Tensor => core.tensor([0.5, 1, 0.25])

/** A call of each op of the indexing family. */
export const indexingCalls: readonly OpCall[] = [
  {
    name: 'index',
    inputs: () => [matrix()],
    run: (x) => core.index(x!, [1, core.newAxis, [null, null, -1]]),
  },
  {
    name: 'index',
    inputs: () => [matrix(), positions()],
    run: (x, i) => core.index(x!, [[0, 2], i!]),
  },
  {
    name: 'index',
    inputs: () => [matrix(), positions(), positions()],
    run: (x, i, j) => core.index(x!, [i!, core.newAxis, j!]),
  },
  {
    name: 'indexUpdate',
    inputs: () => [matrix(), core.tensor([0.5, 1])],
    run: (x, values) => core.indexUpdate(x!, [[0, 2]], values!),
  },
  {
    name: 'indexUpdate',
    inputs: () => [matrix(), positions(), positions(), three()],
    run: (x, i, j, values) => core.indexUpdate(x!, [i!, j!], values!),
  },
  { name: 'take', inputs: () => [matrix(), positions()], run: (x, i) => core.take(x!, i!) },
  { name: 'gatherND', inputs: () => [matrix(), pairs()], run: (x, i) => core.gatherND(x!, i!) },
  { name: 'scatterND', inputs: () => [pairs(), three()], run: (i, u) => core.scatterND(i!, u!, [3, 2]) },
  {
    name: 'segmentSum',
    inputs: () => [matrix(), positions()],
    run: (x, ids) => core.segmentSum(x!, ids!, 2),
  },
]
