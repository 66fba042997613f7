import {
  add,
  type Config,
  memory,
  mul,
  ones,
  setBackend,
  type Tensor,
  tensor,
  tidy,
  type Variable,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { builtInLayers } from '../saving/built-in-layers.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { registerSerializable, withLayerClasses } from '../saving/serializable.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Dense, GRUCell, LSTM, LSTMCell, RNN, RNNCell, SimpleRNN, SimpleRNNCell } from './index.ts'
import { draw } from './rnn-test-cases.ts'

setBackend(referenceBackend())

/** after = 0.5 · before + x · factor; the output is twice that. */
class Decay extends RNNCell {
  static override readonly className: string = 'RnnTestDecay'
  readonly stateSize = 2
  factor!: Variable
  static fromConfig(config: Config): Decay {
    const read = new ConfigReader('RnnTestDecay', config)
    const options = readLayerOptions(read)
    read.done()
    return new Decay(options)
  }
  override build([x]: readonly SymbolicShape[]): void {
    this.factor = this.addWeight({ name: 'factor', shape: [x!.at(-1)!], initializer: 'ones' })
  }
  override call([x, before]: readonly Tensor[]): readonly Tensor[] {
    const after = add(mul(before!, 0.5), mul(x!, this.factor))
    return [mul(after, 2), after]
  }
}
registerSerializable(Decay)

// First, as these count tensors.
test('does what every layer must do', async () => {
  const shape = { inputShape: [2, 3, 2], mask: 'used' } as const
  await runLayerTest(() => new RNN({ cell: new GRUCell({ units: 3 }) }), {
    ...{ ...shape, outputShape: [2, 3], trainableWeights: 3 },
  })
  await runLayerTest(() => new RNN({ cell: [new LSTMCell({ units: 3 }), new SimpleRNNCell({ units: 2 })] }), {
    ...{ ...shape, outputShape: [2, 2], trainableWeights: 6 },
  })
  await runLayerTest(() => new RNN({ cell: new Decay(), returnSequences: true, goBackwards: true }), {
    ...{ ...shape, outputShape: [2, 3, 2], trainableWeights: 1, mask: 'passes' },
  })
})

test('a long sequence needs as much room as a short one, where nothing is differentiated', () => {
  const run = (steps: number): number => {
    let most = 0
    const counting = new RNN({
      cell: new (class extends LSTMCell {
        static override readonly className: string = 'Counting'
        override step(...given: Parameters<LSTMCell['step']>): readonly Tensor[] {
          most = Math.max(most, memory().tensors)
          return super.step(...given)
        }
      })({ units: 4 }),
    })
    const x = draw(1, steps, 2)
    const before = memory().tensors
    tidy(() => counting.apply(x))
    x.dispose()
    counting.dispose()
    return most - before - steps
  }
  expect(run(40)).toBe(run(10))
})

test('a config that fails leaves nothing', () => {
  const before = memory()
  const config = new RNN({ cell: new Decay() }).getConfig()
  expect(RNN.fromConfig(config).cell).toBeInstanceOf(Decay)
  expect(() => RNN.fromConfig({ ...config, cell: { class_name: 'RnnTestNothing' } })).toThrow(/unknown layer/)
  expect(() => RNN.fromConfig({ ...config, unrolled: true })).toThrow(/did you mean unroll/)
  const dense = { class_name: 'Dense', config: { units: 1 } }
  expect(() => withLayerClasses(builtInLayers, () => RNN.fromConfig({ ...config, cell: dense }))).toThrow(
    /not a recurrent cell/,
  )
  expect(memory()).toEqual(before)
})

test('runs a cell of a user, whose output is no state', () => {
  const layer = new RNN({ cell: new Decay(), returnSequences: true, returnState: true })
  const x = tensor([
    [
      [1, 2],
      [4, 6],
      [8, 8],
    ],
  ])
  const [outputs, state] = layer.apply(x)
  expect(outputs!.arraySync()).toEqual([
    [
      [2, 4],
      [9, 14],
      [20.5, 23],
    ],
  ])
  expect(state!.arraySync()).toEqual([[10.25, 11.5]])
  // Before the first step that counts there is no output.
  const mask = tensor([[false, true, false]])
  const [masked, last] = layer.apply(x, { mask, initialState: [tensor([[2, 2]])] })
  expect(masked!.arraySync()).toEqual([
    [
      [0, 0],
      [10, 14],
      [10, 14],
    ],
  ])
  expect(last!.arraySync()).toEqual([[5, 7]])
})

test('computes in the dtype of its cell', () => {
  const cell = new SimpleRNNCell({ units: 2, dtype: 'float64' })
  const layer = new RNN({ cell, returnState: true })
  expect(layer.apply(ones([1, 2, 3])).map(({ dtype }) => dtype)).toEqual(['float32', 'float32'])
  expect(cell.kernel!.dtype).toBe('float64')
  expect(layer.apply(ones([1, 2, 3], { dtype: 'int32' }))[0]!.dtype).toBe('float32')
})

test('freezes its cell', () => {
  for (const layer of [
    new RNN({ cell: [new GRUCell({ units: 1 })], trainable: false }),
    new LSTM({ units: 1, trainable: false }),
  ]) {
    layer.build([null, null, 1])
    expect([layer.trainableWeights.length, layer.nonTrainableWeights.length]).toEqual([0, 3])
    expect(layer.cell.trainable).toBe(false)
  }
})

test('two layers of one class keep their weights apart', () => {
  const [a, b] = [new SimpleRNN({ units: 1 }), new SimpleRNN({ units: 1 })]
  a.build([null, null, 1])
  b.build([null, null, 1])
  a.cell.kernel!.assign([[5]])
  expect(b.cell.kernel!.arraySync()).not.toEqual([[5]])
})

test('refuses what is no cell', () => {
  expect(() => new RNN({ cell: new Dense({ units: 1 }) as never })).toThrow(/not a recurrent cell/)
  expect(() => new RNN({ cell: [] })).toThrow(/there are no cells/)
  class Wrong extends Decay {
    override readonly stateSize = 'two' as never
  }
  expect(() => new RNN({ cell: new Wrong() }).apply(ones([1, 2, 2]))).toThrow(/neither a size nor a list/)
})
