import type { Config } from '@tapegrad/core'
import * as regularizers from '../regularizers/index.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { type CellSettings, cellSettingNames, readCellSettings } from './base-cell.ts'
import { BaseRNN } from './base-rnn.ts'
import { cellOptions, readSequenceOptions, type SequenceOptions } from './rnn-options.ts'
import { SimpleRNNCell } from './simple-rnn-cell.ts'

export interface SimpleRNNOptions<S extends boolean = boolean> extends SequenceOptions<S>, CellSettings {}

/**
 * A fully connected recurrent network: hₜ = activation(xₜ · kernel + hₜ₋₁ · recurrentKernel + bias).
 *
 * Input [batch, steps, features]; output the last h, [batch, units], or with `returnSequences` all of them,
 * [batch, steps, units]; with `returnState` also the state [batch, units]. Weights: kernel [features, units], recurrent
 * kernel [units, units], bias [units]. Masked steps keep the state and repeat the output; with `returnSequences` the
 * mask passes through, in the order of the outputs. `apply(x, { initialState: h })` begins with another state than 0.
 *
 * @throws {@link ArgumentError} for units that are not a whole number of at least 1, or rates outside [0, 1].
 * @see https://keras.io/api/layers/recurrent_layers/simple_rnn/
 * @example
 * ```ts
 * new SimpleRNN({ units: 4 }).apply(ones([2, 5, 3])).shape // [2, 4]
 * ```
 */
export class SimpleRNN<S extends boolean = false> extends BaseRNN<SimpleRNNCell, S> {
  static override readonly className: string = 'SimpleRNN'

  constructor(options: SimpleRNNOptions<S>) {
    super(
      new SimpleRNNCell({ name: 'simple_rnn_cell', ...cellOptions(options, cellSettingNames) }),
      options,
      cellSettingNames,
    )
  }

  static fromConfig(config: Config): SimpleRNN<boolean> {
    const read = new ConfigReader('SimpleRNN', config)
    const options = { ...readSequenceOptions(read), ...readCellSettings(read) }
    read.done()
    return new SimpleRNN<boolean>(options)
  }

  override getConfig(): Config {
    const { seed, ...settings } = this.cell.settingsConfig()
    return {
      ...super.getConfig(),
      ...settings,
      activity_regularizer: regularizers.serialize(this.activityRegularizer),
      // Keras's file has no such entry, though its constructor takes it.
      ...(seed === null ? {} : { seed: seed! }),
    }
  }
}
