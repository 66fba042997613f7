import type { Config, Shape, Variable } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkNumber } from '../saving/option-values.ts'
import { type Axes, locateAxes } from './axes.ts'
import {
  readWeightSettings,
  type WeightSettingOptions,
  type WeightSettings,
  weightConfig,
  weightSettingNames,
  weightSettings,
} from './weight-settings.ts'

/** The options of layers that normalize, then scale and shift. */
export interface BaseNormalizationOptions
  extends LayerOptions,
    WeightSettingOptions<'gamma'>,
    WeightSettingOptions<'beta'> {
  /** What is added to the variance, at least 0. Default: 1e-3. */
  readonly epsilon?: number
  /** Whether an offset `beta` is added. Default: true. */
  readonly center?: boolean
  /** Whether the result is multiplied by `gamma`. Default: true. */
  readonly scale?: boolean
}

/** What the layers share that normalize, then multiply by gamma and add beta. */
export abstract class BaseNormalization extends Layer {
  override supportsMasking = true
  abstract readonly axis: Axes
  readonly epsilon: number
  readonly center: boolean
  readonly scale: boolean
  readonly gammaSettings: WeightSettings
  readonly betaSettings: WeightSettings
  #gamma: Variable | null = null
  #beta: Variable | null = null

  constructor(options: BaseNormalizationOptions, ownOptionNames: readonly string[]) {
    super(options, [
      'epsilon',
      'center',
      'scale',
      ...weightSettingNames('gamma'),
      ...weightSettingNames('beta'),
      ...ownOptionNames,
    ])
    const op = this.className
    this.epsilon = checkNumber(op, 'epsilon', options.epsilon ?? 1e-3, 'nonNegative')
    this.center = checkBoolean(op, 'center', options.center ?? true)
    this.scale = checkBoolean(op, 'scale', options.scale ?? true)
    this.gammaSettings = weightSettings('gamma', options, 'ones')
    this.betaSettings = weightSettings('beta', options, 'zeros')
    this.inputSpec = { minNdim: 1 }
  }

  get gamma(): Variable | null {
    return this.#gamma
  }

  get beta(): Variable | null {
    return this.#beta
  }

  /** Makes gamma and beta, where there are any. */
  protected addGammaAndBeta(
    shape: Shape,
    { scale, center }: { readonly scale: boolean; readonly center: boolean } = this,
  ): void {
    if (scale) this.#gamma = this.addWeight({ name: 'gamma', shape, ...this.gammaSettings })
    if (center) this.#beta = this.addWeight({ name: 'beta', shape, ...this.betaSettings })
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    locateAxes(this.className, inputShape, this.axis)
    return inputShape
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      axis: this.axis,
      epsilon: this.epsilon,
      center: this.center,
      scale: this.scale,
      ...weightConfig('gamma', this.gammaSettings),
      ...weightConfig('beta', this.betaSettings),
    }
  }
}

/** What the configs of these layers have in common, besides the axis. */
export function readNormalization(read: ConfigReader): BaseNormalizationOptions {
  return {
    ...readLayerOptions(read),
    epsilon: read.number('epsilon', 1e-3),
    center: read.boolean('center', true),
    scale: read.boolean('scale', true),
    ...readWeightSettings(read, 'gamma', 'ones'),
    ...readWeightSettings(read, 'beta', 'zeros'),
  }
}
