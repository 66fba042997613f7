import {
  concatKernel,
  type Kernel,
  type KernelKey,
  KernelTable,
  logSoftmaxKernel,
  softmaxCrossEntropyKernel,
  softmaxGradKernel,
  softmaxKernel,
  sparseSoftmaxCrossEntropyKernel,
} from '@tapegrad/core'
import { dataOf } from './elements.ts'
import type { Fault } from './fault.ts'
import { lineKernel } from './lines.ts'
import {
  addPlainKernels,
  concatViews,
  crossEntropyKernel,
  crossEntropyRow,
  logProbabilities,
  softmaxLine,
  sparseCrossEntropyKernel,
} from './plain-kernels.ts'

function replacing<F extends Kernel>(key: KernelKey<F>, kernel: F): Fault['plant'] {
  return () => ({ kernels: addPlainKernels(new KernelTable()).set(key, kernel) })
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0)

export const kernelFaults: readonly Fault[] = [
  {
    name: 'softmax does not subtract the maximum',
    group: 'softmax-and-losses',
    caughtBy: 'softmax',
    plant: replacing(
      softmaxKernel,
      lineKernel((line) => {
        const exponentials = line.map((value) => Math.fround(Math.exp(value)))
        return exponentials.map((value) => value / total(exponentials))
      }),
    ),
  },
  {
    name: 'softmax runs along the wrong axis',
    group: 'softmax-and-losses',
    caughtBy: 'softmax',
    plant: replacing(softmaxKernel, (x, axis, out) =>
      lineKernel(softmaxLine)(x, x.shape.length - 1 - axis, out),
    ),
  },
  {
    name: 'softmaxGrad leaves out the projection',
    group: 'softmax-and-losses',
    caughtBy: 'softmax',
    plant: replacing(
      softmaxGradKernel,
      lineKernel((g, y) => y.map((value, i) => value * g[i]!)),
    ),
  },
  {
    name: 'logSoftmax is the logarithm of a float32 softmax',
    group: 'softmax-and-losses',
    caughtBy: 'logSoftmax',
    plant: replacing(
      logSoftmaxKernel,
      lineKernel((line) => softmaxLine(line).map((value) => Math.log(Math.fround(value)))),
    ),
  },
  {
    name: 'the gradient of the cross-entropy is not scaled by the sum of the targets',
    group: 'softmax-and-losses',
    caughtBy: 'softmaxCrossEntropyWithLogits',
    plant: replacing(
      softmaxCrossEntropyKernel,
      crossEntropyKernel((logits, targets) => ({
        ...crossEntropyRow(logits, targets),
        gradient: softmaxLine(logits).map((p, c) => p - targets[c]!),
      })),
    ),
  },
  {
    name: 'the cross-entropy multiplies a target of 0 by −∞',
    group: 'softmax-and-losses',
    caughtBy: 'softmaxCrossEntropyWithLogits',
    plant: replacing(
      softmaxCrossEntropyKernel,
      crossEntropyKernel((logits, targets) => ({
        ...crossEntropyRow(logits, targets),
        loss: -total(logProbabilities(logits).map((log, c) => targets[c]! * log)),
      })),
    ),
  },
  {
    name: 'the gradient of the sparse cross-entropy forgets the label',
    group: 'softmax-and-losses',
    caughtBy: 'sparseSoftmaxCrossEntropyWithLogits',
    plant: replacing(
      sparseSoftmaxCrossEntropyKernel,
      sparseCrossEntropyKernel((logits, targets) => ({
        ...crossEntropyRow(logits, targets),
        gradient: softmaxLine(logits),
      })),
    ),
  },
  {
    name: 'the sparse cross-entropy takes labels out of range for the first class',
    group: 'indexing',
    caughtBy: 'sparseSoftmaxCrossEntropyWithLogits of indices out of range',
    plant: replacing(sparseSoftmaxCrossEntropyKernel, (logits, labels, loss, gradient) => {
      const known = dataOf(labels)
      const data = known.map((label) => (label >= 0 && label < logits.shape[1]! ? label : 0))
      const storage = Object.assign(Object.create(labels.storage) as typeof labels.storage, { handle: data })
      const inRange = { storage, dtype: labels.dtype, shape: labels.shape, strides: labels.strides }
      const { offset, size, contiguous } = labels
      sparseCrossEntropyKernel(crossEntropyRow)(
        logits,
        { ...inRange, offset, size, contiguous },
        loss,
        gradient,
      )
    }),
  },
  {
    name: 'concat writes every input to the start',
    group: 'movement',
    caughtBy: 'concat',
    plant: replacing(concatKernel, (inputs, axis, out) => {
      for (const input of inputs) concatViews([input], axis, out)
    }),
  },
]
