import * as core from '../index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { OpCall } from './op-calls.ts'

/** Numbers between 0 and 1, in a view that is not contiguous. */
function strided(shape: readonly number[], seed: number): Tensor {
  const length = shape.reduce((n, side) => n * side, 1)
  const values = Array.from({ length }, (_, i) => 0.2 + (((i + 1) * seed) % 17) / 25)
  const flat = core.tensor(values, { shape: [...shape].reverse() })
  const view = core.transpose(flat)
  flat.dispose()
  return view
}

const pair = (x: { readonly mean: Tensor; readonly variance: Tensor }): Tensor[] => [x.mean, x.variance]

/** Calls of the ops of neural networks. */
export const neuralCalls: readonly OpCall[] = [
  {
    name: 'layerNorm',
    inputs: () => [strided([2, 3], 3), strided([3], 5), strided([3], 7)],
    run: (x, gamma, beta) => core.layerNorm(x!, { gamma: gamma!, beta: beta! }),
  },
  {
    name: 'rmsNorm',
    inputs: () => [strided([2, 3], 3), strided([3], 5)],
    run: (x, gamma) => core.rmsNorm(x!, { gamma: gamma! }),
  },
  {
    name: 'groupNorm',
    inputs: () => [strided([2, 2, 4], 3), strided([4], 5), strided([4], 7)],
    run: (x, gamma, beta) => core.groupNorm(x!, { groups: 2, gamma: gamma!, beta: beta! }),
  },
  {
    name: 'batchNorm',
    inputs: () => [strided([2, 3], 3), strided([3], 5), strided([3], 7), strided([3], 9), strided([3], 11)],
    run: (x, mean, variance, gamma, beta) =>
      core.batchNorm(x!, { mean: mean!, variance: variance!, gamma: gamma!, beta: beta! }),
  },
  {
    name: 'moments',
    inputs: () => [strided([2, 3], 3), core.tensor([true, false, true])],
    run: (x, mask) => pair(core.moments(x!, { axis: 1, mask: mask! })),
  },
  {
    name: 'dropout',
    inputs: () => [strided([2, 3], 3)],
    run: (x) => core.dropout(x!, 0.4, { noiseShape: [null, 1], seed: 1 }),
  },
  {
    name: 'embedding',
    inputs: () => [strided([3, 2], 3), core.tensor([2, 0, 2], { dtype: 'int32' })],
    run: (table, indices) => core.embedding(table!, indices!, { paddingIndex: 0 }),
  },
  {
    name: 'attentionWeights',
    inputs: () => [strided([2, 2], 3), strided([3, 2], 5), strided([2, 3], 7)],
    run: (query, key, mask) => core.attentionWeights(query!, key!, { mask: mask!, causal: true }),
  },
  {
    name: 'scaledDotProductAttention',
    inputs: () => [strided([2, 2], 3), strided([3, 2], 5), strided([3, 2], 7)],
    run: (query, key, value) =>
      core.scaledDotProductAttention(query!, key!, value!, { causal: true, dropoutRate: 0.4, seed: 1 }),
  },
  {
    name: 'lstm',
    inputs: () => [strided([2, 3, 2], 3), strided([2, 8], 5), strided([2, 8], 7), strided([8], 9)],
    run: (x, kernel, recurrentKernel, bias) => {
      const { outputs, state } = core.lstm(x!, {
        kernel: kernel!,
        recurrentKernel: recurrentKernel!,
        bias: bias!,
      })
      return [outputs, ...state]
    },
  },
  {
    name: 'gru',
    inputs: () => [strided([2, 3, 2], 3), strided([2, 6], 5), strided([2, 6], 7), strided([2, 6], 9)],
    run: (x, kernel, recurrentKernel, bias) => {
      const { outputs, state } = core.gru(x!, {
        kernel: kernel!,
        recurrentKernel: recurrentKernel!,
        bias: bias!,
      })
      return [outputs, state]
    },
  },
]
