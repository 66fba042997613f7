import { add, type Config, concat, mul, ones, split, type Tensor } from '@tapegrad/core'
import * as activations from '../activations/index.ts'
import type { InitializerLike } from '../engine/contracts.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean } from '../saving/option-values.ts'
import { BaseCell, type CellSettings, readCellSettings, type StepMasks } from './base-cell.ts'

/** What a long short-term memory is told, besides what every layer is. */
export interface LSTMSettings extends CellSettings {
  /** Applied to the gates. Default: sigmoid. */
  readonly recurrentActivation?: activations.ActivationIdentifier | null
  /** Whether the bias of the forget gate begins as 1. Default: true. */
  readonly unitForgetBias?: boolean
}

export interface LSTMCellOptions extends LayerOptions, LSTMSettings {}

/** The names of the options that an LSTM has besides those of {@link CellSettings}. */
export const lstmSettingNames: readonly string[] = ['recurrentActivation', 'unitForgetBias']

/**
 * One step of a long short-term memory: with i, f, g, o = x · kernel + h · recurrentKernel + bias,
 *
 *     c′ = σ(f) · c + σ(i) · tanh(g)
 *     h′ = σ(o) · tanh(c′)
 *
 * Inputs [x, h, c] of shapes [batch, features], [batch, units] and [batch, units]; outputs [h′, h′, c′], the output and
 * the states after. Weights: kernel [features, 4 · units], recurrent kernel [units, 4 · units], bias [4 · units].
 *
 * @throws {@link ArgumentError} for units that are not a whole number of at least 1, or rates outside [0, 1].
 * @see https://keras.io/api/layers/recurrent_layers/lstm_cell/
 * @example
 * ```ts
 * const cell = new LSTMCell({ units: 3 })
 * const [output, h, c] = cell.apply([ones([2, 4]), zeros([2, 3]), zeros([2, 3])])
 * c.shape // [2, 3]
 * ```
 */
export class LSTMCell extends BaseCell {
  static override readonly className: string = 'LSTMCell'
  readonly recurrentActivation: activations.Activation
  readonly unitForgetBias: boolean

  constructor(options: LSTMCellOptions) {
    super(options, lstmSettingNames, 4)
    const { recurrentActivation = 'sigmoid' } = options
    this.recurrentActivation = activations.get(recurrentActivation)
    this.unitForgetBias = checkBoolean('LSTMCell', 'unitForgetBias', options.unitForgetBias ?? true)
  }

  static fromConfig(config: Config): LSTMCell {
    const read = new ConfigReader('LSTMCell', config)
    const options = { ...readLayerOptions(read), ...readLSTMSettings(read) }
    read.done()
    return new LSTMCell(options)
  }

  override get stateSize(): readonly number[] {
    return [this.units, this.units]
  }

  override settingsConfig(): Config {
    return {
      ...super.settingsConfig(),
      recurrent_activation: activations.serialize(this.recurrentActivation),
      unit_forget_bias: this.unitForgetBias,
    }
  }

  protected override biasOrigin(): { readonly shape: readonly number[]; initializer?: InitializerLike } {
    const origin = super.biasOrigin()
    if (!this.unitForgetBias) return origin
    return { ...origin, initializer: forgetGateOfOnes(this.biasSettings.initializer, this.units) }
  }

  protected override step(x: Tensor, [h, c]: readonly Tensor[], masks: StepMasks): readonly Tensor[] {
    const { activation, recurrentActivation } = this
    const projected = this.shift(this.projectInput(x, masks), this.bias)
    const [i, f, g, o] = split(add(projected, this.projectState(h!, masks)), 4, { axis: 1 })
    const kept = mul(recurrentActivation(f!), c!)
    const carry = add(kept, mul(recurrentActivation(i!), activation(g!)))
    const output = mul(recurrentActivation(o!), activation(carry))
    return [output, output, carry]
  }
}

/** A bias of four gates that begins with ones in the second. */
function forgetGateOfOnes(initializer: InitializerLike, units: number): InitializerLike {
  return {
    apply: (_shape, options) =>
      concat([
        initializer.apply([units], options),
        ones([units], options),
        initializer.apply([2 * units], options),
      ]),
    getConfig: () => ({}),
  }
}

/** The options of {@link LSTMSettings} from the entries that Keras writes. */
export function readLSTMSettings(read: ConfigReader): LSTMSettings {
  read.ignore('implementation')
  return {
    ...readCellSettings(read),
    recurrentActivation: read.object('recurrent_activation', activations.deserialize, 'sigmoid'),
    unitForgetBias: read.boolean('unit_forget_bias', true),
  }
}
