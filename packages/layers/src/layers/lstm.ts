import { type Config, lstm, type Tensor } from '@tapegrad/core'
import * as regularizers from '../regularizers/index.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { cellSettingNames } from './base-cell.ts'
import { BaseRNN, type Beginning, type Ran } from './base-rnn.ts'
import { LSTMCell, type LSTMSettings, lstmSettingNames, readLSTMSettings } from './lstm-cell.ts'
import { cellOptions, readSequenceOptions, type SequenceOptions } from './rnn-options.ts'

export interface LSTMOptions<S extends boolean = boolean> extends SequenceOptions<S>, LSTMSettings {}

/**
 * A long short-term memory: for each step, with i, f, g, o = xₜ · kernel + h · recurrentKernel + bias,
 *
 *     c = σ(f) · c + σ(i) · tanh(g)
 *     h = σ(o) · tanh(c)
 *
 * Input [batch, steps, features]; output the last h, [batch, units], or with `returnSequences` all of them,
 * [batch, steps, units]; with `returnState` also the states h and c, [batch, units] each. Weights: kernel
 * [features, 4 · units], recurrent kernel [units, 4 · units], bias [4 · units]. Masked steps keep the states and repeat
 * the output; with `returnSequences` the mask passes through, in the order of the outputs.
 * `apply(x, { initialState: [h, c] })` begins with other states than 0.
 *
 * @throws {@link ArgumentError} for units that are not a whole number of at least 1, or rates outside [0, 1].
 * @see https://keras.io/api/layers/recurrent_layers/lstm/
 * @see https://doi.org/10.1162/neco.1997.9.8.1735
 * @example
 * ```ts
 * const layer = new LSTM({ units: 4, returnState: true })
 * const [output, h, c] = layer.apply(ones([2, 5, 3]))
 * output.shape // [2, 4]
 * ```
 */
export class LSTM<S extends boolean = false> extends BaseRNN<LSTMCell, S> {
  static override readonly className: string = 'LSTM'

  constructor(options: LSTMOptions<S>) {
    const names = [...cellSettingNames, ...lstmSettingNames]
    super(new LSTMCell({ name: 'lstm_cell', ...cellOptions(options, names) }), options, names)
  }

  static fromConfig(config: Config): LSTM<boolean> {
    const read = new ConfigReader('LSTM', config)
    const options = { ...readSequenceOptions(read), ...readLSTMSettings(read) }
    read.done()
    return new LSTM<boolean>(options)
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      ...this.cell.settingsConfig(),
      activity_regularizer: regularizers.serialize(this.activityRegularizer),
    }
  }

  protected override run(x: Tensor, beginning: Beginning): Ran {
    const { cell, goBackwards, returnSequences } = this
    const { mask, states, training } = beginning
    if (training && cell.recurrentDropout > 0) return super.run(x, beginning)
    const { activation, recurrentActivation, bias } = cell
    const { outputs, state } = lstm(cell.dropOfSequence(x, training), {
      kernel: cell.kernel!,
      recurrentKernel: cell.recurrentKernel!,
      initialState: states as readonly [Tensor, Tensor],
      ...{ bias, mask, goBackwards, activation, recurrentActivation },
    })
    return { outputs: returnSequences ? outputs : null, last: state[0], states: state }
  }
}
