import { type Config, gru, type Tensor } from '@tapegrad/core'
import * as regularizers from '../regularizers/index.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { cellSettingNames } from './base-cell.ts'
import { BaseRNN, type Beginning, type Ran } from './base-rnn.ts'
import { GRUCell, type GRUSettings, gruSettingNames, readGRUSettings } from './gru-cell.ts'
import { cellOptions, readSequenceOptions, type SequenceOptions } from './rnn-options.ts'

export interface GRUOptions<S extends boolean = boolean> extends SequenceOptions<S>, GRUSettings {}

/**
 * A gated recurrent unit: for each step, with z, r, n = xₜ · kernel + bias₀ and u, v, w = h · recurrentKernel + bias₁,
 *
 *     z = σ(z + u),  r = σ(r + v),  n = tanh(n + r · w)
 *     h = z · h + (1 − z) · n
 *
 * With `resetAfter: false`, n = tanh(n + (r · h) · recurrentKernel), as first published, and there is one bias.
 *
 * Input [batch, steps, features]; output the last h, [batch, units], or with `returnSequences` all of them,
 * [batch, steps, units]; with `returnState` also the state [batch, units]. Weights: kernel [features, 3 · units],
 * recurrent kernel [units, 3 · units], bias [2, 3 · units] or [3 · units]. Masked steps keep the state and repeat the
 * output; with `returnSequences` the mask passes through, in the order of the outputs. `apply(x, { initialState: h })`
 * begins with another state than 0.
 *
 * @throws {@link ArgumentError} for units that are not a whole number of at least 1, or rates outside [0, 1].
 * @see https://keras.io/api/layers/recurrent_layers/gru/
 * @see https://arxiv.org/abs/1406.1078
 * @example
 * ```ts
 * new GRU({ units: 4, returnSequences: true }).apply(ones([2, 5, 3])).shape // [2, 5, 4]
 * ```
 */
export class GRU<S extends boolean = false> extends BaseRNN<GRUCell, S> {
  static override readonly className: string = 'GRU'

  constructor(options: GRUOptions<S>) {
    const names = [...cellSettingNames, ...gruSettingNames]
    super(new GRUCell({ name: 'gru_cell', ...cellOptions(options, names) }), options, names)
  }

  static fromConfig(config: Config): GRU<boolean> {
    const read = new ConfigReader('GRU', config)
    const options = { ...readSequenceOptions(read), ...readGRUSettings(read) }
    read.done()
    return new GRU<boolean>(options)
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
    const { activation, recurrentActivation, resetAfter, bias } = cell
    const { outputs, state } = gru(cell.dropOfSequence(x, training), {
      kernel: cell.kernel!,
      recurrentKernel: cell.recurrentKernel!,
      initialState: states[0]!,
      ...{ bias, mask, goBackwards, activation, recurrentActivation, resetAfter },
    })
    return { outputs: returnSequences ? outputs : null, last: state, states: [state] }
  }
}
