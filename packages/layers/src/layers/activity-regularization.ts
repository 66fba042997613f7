import type { Config, Tensor } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { L1L2 } from '../regularizers/index.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'

export interface ActivityRegularizationOptions extends Omit<LayerOptions, 'activityRegularizer'> {
  /** The factor of the sum of absolute values. Default: 0. */
  readonly l1?: number
  /** The factor of the sum of squares. Default: 0. */
  readonly l2?: number
}

/**
 * Passes its input on, and adds a penalty on it to the loss: (l1·Σ|x| + l2·Σx²) / batch.
 *
 * Any shape, which is kept. Masks pass through. `activityReduction: 'sum'` leaves out the division.
 *
 * @throws {@link ArgumentError} for factors that are negative or not finite.
 * @see https://keras.io/api/layers/regularization_layers/activity_regularization/
 * @example
 * ```ts
 * const layer = new ActivityRegularization({ l2: 0.1 })
 * layer.apply(ones([2, 5]))
 * layer.losses // [0.5]
 * ```
 */
export class ActivityRegularization extends Layer {
  static override readonly className: string = 'ActivityRegularization'
  override supportsMasking = true
  readonly l1: number
  readonly l2: number

  constructor(options: ActivityRegularizationOptions = {}) {
    const op = 'ActivityRegularization'
    const l1 = checkNumber(op, 'l1', options.l1 ?? 0, 'nonNegative')
    const l2 = checkNumber(op, 'l2', options.l2 ?? 0, 'nonNegative')
    super({ ...options, activityRegularizer: new L1L2({ l1, l2 }) }, ['l1', 'l2'])
    this.l1 = l1
    this.inputSpec = {}
    this.l2 = l2
  }

  static fromConfig(config: Config): ActivityRegularization {
    const read = new ConfigReader('ActivityRegularization', config)
    const options = { ...readLayerOptions(read), l1: read.number('l1', 0), l2: read.number('l2', 0) }
    read.done()
    return new ActivityRegularization(options)
  }

  override call(x: Tensor): Tensor {
    return x
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    // The regularizer follows from the factors.
    const { activity_regularizer: _, ...config } = super.getConfig()
    return { ...config, l1: this.l1, l2: this.l2 }
  }
}
