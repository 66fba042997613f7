/** The recurrent layers with cells of their own, for the tests of what they share. */
import { random, type Tensor } from '@tapegrad/core'
import { GRU, GRUCell, LSTM, LSTMCell, RNN, type RNNCell, SimpleRNN, SimpleRNNCell } from './index.ts'
import type { SequenceOptions } from './rnn-options.ts'

type Options = SequenceOptions & {
  readonly units?: number
  readonly dropout?: number
  readonly recurrentDropout?: number
  readonly seed?: number
}

export interface RecurrentKind {
  readonly kind: string
  readonly states: number
  readonly make: (options?: Options) => SimpleRNN<boolean> | LSTM<boolean> | GRU<boolean>
  readonly cell: () => RNNCell
}

const units = 3

export const recurrentKinds: readonly RecurrentKind[] = [
  {
    kind: 'SimpleRNN',
    states: 1,
    make: (options) => new SimpleRNN<boolean>({ units, ...options }),
    cell: () => new SimpleRNNCell({ units }),
  },
  {
    kind: 'LSTM',
    states: 2,
    make: (options) => new LSTM<boolean>({ units, ...options }),
    cell: () => new LSTMCell({ units }),
  },
  {
    kind: 'GRU',
    states: 1,
    make: (options) => new GRU<boolean>({ units, ...options }),
    cell: () => new GRUCell({ units }),
  },
  {
    kind: 'GRU with the reset before',
    states: 1,
    make: (options) => new GRU<boolean>({ units, resetAfter: false, ...options }),
    cell: () => new GRUCell({ units, resetAfter: false }),
  },
]

/** The same layer with the same weights, whose cell is run step by step. */
export function steppedCopy(
  layer: ReturnType<RecurrentKind['make']>,
  cell: RNNCell,
  options: SequenceOptions = {},
): RNN<boolean> {
  const copy = new RNN<boolean>({ cell, ...options })
  copy.build(layer.buildInputShape!)
  const values = layer.getWeights()
  copy.setWeights(values)
  for (const value of values) value.dispose()
  return copy
}

/** Random numbers, always the same ones for a shape. */
export function draw(...shape: number[]): Tensor {
  return random.normal(shape, { generator: new random.Generator(5 + shape.length) })
}
