import { setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { test } from 'vitest'
import { noteLayerFinding } from '../testing/note-layer-finding.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { GRUCell, LSTMCell, RNN, type RNNCell, SimpleRNNCell, StackedRNNCells } from './index.ts'

setBackend(referenceBackend())

const cells: readonly [name: string, weights: number, make: () => RNNCell][] = [
  ['SimpleRNNCell', 3, () => new SimpleRNNCell({ units: 2 })],
  ['LSTMCell', 3, () => new LSTMCell({ units: 2 })],
  ['GRUCell', 3, () => new GRUCell({ units: 2 })],
  [
    'StackedRNNCells',
    6,
    () => new StackedRNNCells({ cells: [new GRUCell({ units: 3 }), new SimpleRNNCell({ units: 2 })] }),
  ],
]

test.each(cells)('run along a sequence, a %s does what every layer must do', async (name, weights, cell) => {
  await runLayerTest(() => new RNN({ cell: cell() }), {
    inputShape: [2, 3, 2],
    outputShape: [2, 2],
    trainableWeights: weights,
    mask: 'used',
  })
  await runLayerTest(() => new RNN<boolean>({ cell: cell(), returnSequences: true }) as never, {
    inputShape: [2, 3, 2],
    outputShape: [2, 3, 2],
    trainableWeights: weights,
    mask: 'passes',
  })
  // Of a single step there is nothing to mask.
  noteLayerFinding({ layer: name, checked: 'mask', detail: 'none' })
  for (const checked of ['config', 'input gradient', 'weight gradient', 'saving'] as const)
    noteLayerFinding({ layer: name, checked })
})
