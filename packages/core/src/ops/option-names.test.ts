import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError } from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as activations from './activations.ts'
import * as indexing from './indexing.ts'
import * as movement from './movement.ts'
import * as normalizations from './normalizations.ts'

beforeEach(() => setBackend(referenceBackend()))

const x = (): Tensor => tensor([[1, 2]])
const rows = (): Tensor => tensor([0], { dtype: 'int32' })
const wrong = { axsi: 0 } as never

const calls: Readonly<Record<string, () => unknown>> = {
  concat: () => movement.concat([x(), x()], wrong),
  expandDims: () => movement.expandDims(x(), wrong),
  diag: () => movement.diag(x(), wrong),
  diagonal: () => movement.diagonal(x(), wrong),
  flatten: () => movement.flatten(x(), wrong),
  flip: () => movement.flip(x(), wrong),
  gather: () => movement.gather(x(), rows(), wrong),
  oneHot: () => movement.oneHot(rows(), 3, wrong),
  pad: () =>
    movement.pad(
      x(),
      [
        [0, 1],
        [0, 0],
      ],
      wrong,
    ),
  repeat: () => movement.repeat(x(), 2, wrong),
  roll: () => movement.roll(x(), 1, wrong),
  scatterAdd: () => movement.scatterAdd(x(), rows(), x(), wrong),
  split: () => movement.split(x(), 1, wrong),
  squeeze: () => movement.squeeze(x(), wrong),
  stack: () => movement.stack([x(), x()], wrong),
  take: () => indexing.take(x(), rows(), wrong),
  takeAlongAxis: () => movement.takeAlongAxis(x(), tensor([[0]], { dtype: 'int32' }), wrong),
  trace: () => movement.trace(x(), wrong),
  tril: () => movement.tril(x(), wrong),
  triu: () => movement.triu(x(), wrong),
  unstack: () => movement.unstack(x(), wrong),
  celu: () => activations.celu(x(), wrong),
  elu: () => activations.elu(x(), wrong),
  gelu: () => activations.gelu(x(), wrong),
  glu: () => activations.glu(x(), wrong),
  hardShrink: () => activations.hardShrink(x(), wrong),
  leakyRelu: () => activations.leakyRelu(x(), wrong),
  softShrink: () => activations.softShrink(x(), wrong),
  sparsemax: () => activations.sparsemax(x(), wrong),
  squareplus: () => activations.squareplus(x(), wrong),
  threshold: () => activations.threshold(x(), wrong),
  softmax: () => normalizations.softmax(x(), wrong),
  logSoftmax: () => normalizations.logSoftmax(x(), wrong),
  l2Normalize: () => normalizations.l2Normalize(x(), wrong),
  softmaxCrossEntropyWithLogits: () => normalizations.softmaxCrossEntropyWithLogits(x(), x(), wrong),
  sparseSoftmaxCrossEntropyWithLogits: () =>
    normalizations.sparseSoftmaxCrossEntropyWithLogits(x(), rows(), wrong),
}

test.each(Object.entries(calls))('%s refuses a misspelt option', (name, call) => {
  expect(call).toThrow(ArgumentError)
  expect(call).toThrow(new RegExp(`^${name}: unknown option "axsi"`))
})
