import { add, type Config, matmul, mul, split, sub, type Tensor, unstack } from '@tapegrad/core'
import * as activations from '../activations/index.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean } from '../saving/option-values.ts'
import { BaseCell, type CellSettings, readCellSettings, type StepMasks } from './base-cell.ts'
import { projectDropped } from './cell-dropout.ts'

/** What a gated recurrent unit is told, besides what every layer is. */
export interface GRUSettings extends CellSettings {
  /** Applied to the gates. Default: sigmoid. */
  readonly recurrentActivation?: activations.ActivationIdentifier | null
  /** Whether the reset gate comes after the product with the recurrent kernel, or before it. Default: true. */
  readonly resetAfter?: boolean
}

export interface GRUCellOptions extends LayerOptions, GRUSettings {}

/** The names of the options that a GRU has besides those of {@link CellSettings}. */
export const gruSettingNames: readonly string[] = ['recurrentActivation', 'resetAfter']

/**
 * One step of a gated recurrent unit: with z, r, n = x · kernel + bias₀ and u, v, w = h · recurrentKernel + bias₁,
 *
 *     z = σ(z + u),  r = σ(r + v),  n = tanh(n + r · w)
 *     h′ = z · h + (1 − z) · n
 *
 * With `resetAfter: false`, n = tanh(n + (r · h) · recurrentKernel) and there is one bias. Inputs [x, h] of shapes
 * [batch, features] and [batch, units]; outputs [h′, h′], the output and the state after. Weights: kernel
 * [features, 3 · units], recurrent kernel [units, 3 · units], bias [2, 3 · units] or [3 · units].
 *
 * @throws {@link ArgumentError} for units that are not a whole number of at least 1, or rates outside [0, 1].
 * @see https://keras.io/api/layers/recurrent_layers/gru_cell/
 * @example
 * ```ts
 * const cell = new GRUCell({ units: 3 })
 * const [output, h] = cell.apply([ones([2, 4]), zeros([2, 3])])
 * output.shape // [2, 3]
 * ```
 */
export class GRUCell extends BaseCell {
  static override readonly className: string = 'GRUCell'
  readonly recurrentActivation: activations.Activation
  readonly resetAfter: boolean

  constructor(options: GRUCellOptions) {
    super(options, gruSettingNames, 3)
    const { recurrentActivation = 'sigmoid' } = options
    this.recurrentActivation = activations.get(recurrentActivation)
    this.resetAfter = checkBoolean('GRUCell', 'resetAfter', options.resetAfter ?? true)
  }

  static fromConfig(config: Config): GRUCell {
    const read = new ConfigReader('GRUCell', config)
    const options = { ...readLayerOptions(read), ...readGRUSettings(read) }
    read.done()
    return new GRUCell(options)
  }

  override settingsConfig(): Config {
    return {
      ...super.settingsConfig(),
      recurrent_activation: activations.serialize(this.recurrentActivation),
      reset_after: this.resetAfter,
    }
  }

  protected override biasOrigin(): { readonly shape: readonly number[] } {
    const { shape } = super.biasOrigin()
    return { shape: this.resetAfter ? [2, ...shape] : shape }
  }

  protected override step(x: Tensor, [before]: readonly Tensor[], masks: StepMasks): readonly Tensor[] {
    const h = before!
    const { activation, recurrentActivation, bias, resetAfter } = this
    const [ofInput, ofState] = bias === null || !resetAfter ? [bias, null] : unstack(bias)
    const [z, r, n] = split(this.shift(this.projectInput(x, masks), ofInput!), 3, { axis: 1 })
    const [u, v, w] = resetAfter
      ? split(this.shift(this.projectState(h, masks), ofState!), 3, { axis: 1 })
      : this.#projectGates(h, masks)
    const update = recurrentActivation(add(z!, u!))
    const reset = recurrentActivation(add(r!, v!))
    const remembered = w === undefined ? this.#projectReset(mul(reset, h), masks) : mul(reset, w)
    const candidate = activation(add(n!, remembered))
    const output = add(mul(update, h), mul(sub(1, update), candidate))
    return [output, output]
  }

  /** The state's part of the two gates; that of the candidate waits for the reset gate. */
  #projectGates(h: Tensor, { state }: StepMasks): readonly Tensor[] {
    const [gates] = split(this.recurrentKernel!, [2 * this.units, this.units], { axis: 1 })
    return split(projectDropped(h, gates!, state.slice(0, 2)), 2, { axis: 1 })
  }

  #projectReset(h: Tensor, { state }: StepMasks): Tensor {
    const [, kernel] = split(this.recurrentKernel!, [2 * this.units, this.units], { axis: 1 })
    return state.length === 0 ? matmul(h, kernel!) : matmul(mul(h, state[2]!), kernel!)
  }
}

/** The options of {@link GRUSettings} from the entries that Keras writes. */
export function readGRUSettings(read: ConfigReader): GRUSettings {
  read.ignore('implementation')
  return {
    ...readCellSettings(read),
    recurrentActivation: read.object('recurrent_activation', activations.deserialize, 'sigmoid'),
    resetAfter: read.boolean('reset_after', true),
  }
}
