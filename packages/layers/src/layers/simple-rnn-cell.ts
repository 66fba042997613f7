import { add, type Config, type Tensor } from '@tapegrad/core'
import { readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { BaseCell, type CellOptions, readCellSettings, type StepMasks } from './base-cell.ts'

export interface SimpleRNNCellOptions extends CellOptions {}

/**
 * One step of a fully connected recurrent network: h′ = activation(x · kernel + h · recurrentKernel + bias).
 *
 * Inputs [x, h] of shapes [batch, features] and [batch, units]; outputs [h′, h′], the output and the state after.
 * Weights: kernel [features, units], recurrent kernel [units, units], bias [units].
 *
 * @throws {@link ArgumentError} for units that are not a whole number of at least 1, or rates outside [0, 1].
 * @see https://keras.io/api/layers/recurrent_layers/simple_rnn_cell/
 * @example
 * ```ts
 * const cell = new SimpleRNNCell({ units: 3 })
 * const [output, h] = cell.apply([ones([2, 4]), zeros([2, 3])])
 * output.shape // [2, 3]
 * ```
 */
export class SimpleRNNCell extends BaseCell {
  static override readonly className: string = 'SimpleRNNCell'

  constructor(options: SimpleRNNCellOptions) {
    super(options, [], 1)
  }

  static fromConfig(config: Config): SimpleRNNCell {
    const read = new ConfigReader('SimpleRNNCell', config)
    const options = { ...readLayerOptions(read), ...readCellSettings(read) }
    read.done()
    return new SimpleRNNCell(options)
  }

  protected override step(x: Tensor, [h]: readonly Tensor[], masks: StepMasks): readonly Tensor[] {
    const projected = this.shift(this.projectInput(x, masks), this.bias)
    const output = this.activation(add(projected, this.projectState(h!, masks)))
    return [output, output]
  }
}
