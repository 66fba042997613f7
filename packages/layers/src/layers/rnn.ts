import type { Config } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { serializeObject } from '../saving/serializable.ts'
import { BaseRNN } from './base-rnn.ts'
import { checkCell, readCell } from './cell-config.ts'
import type { RNNCell } from './rnn-cell.ts'
import { readSequenceOptions, type SequenceOptions } from './rnn-options.ts'
import { StackedRNNCells } from './stacked-rnn-cells.ts'

export interface RNNOptions<S extends boolean = boolean> extends SequenceOptions<S> {
  /** What is run along the steps: a cell, or several on top of each other. */
  readonly cell: RNNCell | readonly RNNCell[]
}

/**
 * Runs a cell along the steps of sequences: [yₜ, …statesₜ] = cell([xₜ, …statesₜ₋₁]).
 *
 * Input [batch, steps, …]; output the last y, [batch, size], or with `returnSequences` all of them,
 * [batch, steps, size]; with `returnState` also the states. Weights: the cell's. Masked steps keep the states and repeat
 * the output (before the first step that counts: the cell's initial output, else zeros); with `returnSequences` the mask
 * passes through, in the order of the outputs. `apply(x, { initialState: [h, c] })` begins with other states.
 *
 * @throws {@link ArgumentError} for something that is not a cell, {@link ShapeError} for states of other shapes.
 * @see https://keras.io/api/layers/recurrent_layers/rnn/
 * @example
 * ```ts
 * const layer = new RNN({ cell: [new LSTMCell({ units: 4 }), new GRUCell({ units: 2 })] })
 * layer.apply(ones([2, 5, 3])).shape // [2, 2]
 * ```
 */
export class RNN<S extends boolean = false> extends BaseRNN<RNNCell, S> {
  static override readonly className: string = 'RNN'

  constructor(options: RNNOptions<S>) {
    const { cell } = options
    super(toCell(cell), options, ['cell'])
  }

  static fromConfig(config: Config): RNN<boolean> {
    const read = new ConfigReader('RNN', config)
    const options = readSequenceOptions(read)
    const cell = readCell('RNN', read.json('cell'))
    try {
      read.done()
      return new RNN<boolean>({ ...options, cell })
    } catch (error) {
      cell.dispose()
      throw error
    }
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      cell: serializeObject('keras.layers', this.cell),
    }
  }
}

function toCell(cell: RNNCell | readonly RNNCell[]): RNNCell {
  return Array.isArray(cell)
    ? new StackedRNNCells({ cells: cell as readonly RNNCell[] })
    : checkCell('RNN', cell)
}
