import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { IndexError } from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { embedding } from './embedding.ts'
import { gather } from './gather.ts'
import { gatherND } from './gather-nd.ts'
import { index } from './index-elements.ts'
import { indexUpdate } from './index-update.ts'
import { scatterAdd } from './scatter-add.ts'
import { scatterND } from './scatter-nd.ts'
import { segmentSum } from './segment-sum.ts'
import { sparseSoftmaxCrossEntropyWithLogits } from './sparse-softmax-cross-entropy.ts'
import { take } from './take.ts'
import { takeAlongAxis } from './take-along-axis.ts'

beforeEach(() => setBackend(referenceBackend()))

const x = (): Tensor => ones([2, 3])
const ints = (i: number, shape = [1]): Tensor => tensor([i], { dtype: 'int32', shape })

const calls: Readonly<Record<string, readonly [length: number, run: (i: number) => unknown]>> = {
  embedding: [2, (i) => embedding(x(), ints(i))],
  gather: [3, (i) => gather(x(), ints(i), { axis: 1 })],
  gatherND: [2, (i) => gatherND(x(), ints(i, [1, 1]))],
  index: [3, (i) => index(x(), [0, ints(i)])],
  indexUpdate: [3, (i) => indexUpdate(x(), [0, ints(i)], 1)],
  scatterAdd: [2, (i) => scatterAdd(x(), ints(i), ones([1, 3]))],
  scatterND: [4, (i) => scatterND(ints(i, [1, 1]), ones([1]), [4])],
  segmentSum: [5, (i) => segmentSum(ones([1, 3]), ints(i), 5)],
  sparseSoftmaxCrossEntropyWithLogits: [3, (i) => sparseSoftmaxCrossEntropyWithLogits(ones([1, 3]), ints(i))],
  take: [6, (i) => take(x(), ints(i))],
  takeAlongAxis: [3, (i) => takeAlongAxis(x(), ints(i, [1, 1]))],
}

test.each(Object.entries(calls))('%s tells of an index outside in its own name', (name, [length, run]) => {
  for (const outside of [-1, length]) {
    expect(() => run(outside)).toThrow(IndexError)
    expect(() => run(outside)).toThrow(
      new RegExp(
        `^${name}: an index lies outside the axis\\.\\n  index: ${outside}\\n[^]*: an integer from 0 to ${length - 1}`,
      ),
    )
  }
  expect(() => run(length - 1)).not.toThrow()
})
