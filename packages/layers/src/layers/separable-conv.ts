import type { Config, Variable } from '@tapegrad/core'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { BaseConv, type BaseConvOptions, type ConvPadding, readBaseConv } from './base-conv.ts'
import type { SpatialRank } from './spatial-options.ts'
import {
  readWeightSettings,
  type WeightSettingOptions,
  type WeightSettings,
  weightConfig,
  weightSettingNames,
  weightSettings,
} from './weight-settings.ts'

/** The options of separable convolutions along any number of axes. */
export interface BaseSeparableConvOptions
  extends BaseConvOptions,
    WeightSettingOptions<'depthwise'>,
    WeightSettingOptions<'pointwise'> {
  /** How many channels the output has. */
  readonly filters: number
  /** How many kernels each channel of the input has in the depthwise step. Default: 1. */
  readonly depthMultiplier?: number
}

/**
 * What the separable convolutions share: a depthwise kernel [...kernelSize, channels, depthMultiplier] and a pointwise
 * one [1, …, channels · depthMultiplier, filters].
 */
export abstract class BaseSeparableConv<P extends ConvPadding> extends BaseConv<P> {
  readonly filters: number
  readonly depthMultiplier: number
  readonly depthwiseSettings: WeightSettings
  readonly pointwiseSettings: WeightSettings
  #depthwiseKernel: Variable | null = null
  #pointwiseKernel: Variable | null = null

  constructor(
    spatial: SpatialRank,
    options: BaseSeparableConvOptions & { readonly padding?: P },
    paddings: readonly P[],
  ) {
    super(spatial, options, paddings, [
      'filters',
      'depthMultiplier',
      ...weightSettingNames('depthwise'),
      ...weightSettingNames('pointwise'),
    ])
    const op = this.className
    const { depthMultiplier = 1 } = options
    this.filters = checkNumber(op, 'filters', options.filters, 'positiveInteger')
    this.depthMultiplier = checkNumber(op, 'depthMultiplier', depthMultiplier, 'positiveInteger')
    this.depthwiseSettings = weightSettings('depthwise', options, 'glorotUniform')
    this.pointwiseSettings = weightSettings('pointwise', options, 'glorotUniform')
  }

  get depthwiseKernel(): Variable | null {
    return this.#depthwiseKernel
  }

  get pointwiseKernel(): Variable | null {
    return this.#pointwiseKernel
  }

  protected override outputChannels(): number {
    return this.filters
  }

  protected override buildKernels(channels: number): void {
    const multiplier = this.depthMultiplier
    this.#depthwiseKernel = this.addWeight({
      name: 'depthwise_kernel',
      shape: [...this.kernelSize, channels, multiplier],
      ...this.depthwiseSettings,
    })
    this.#pointwiseKernel = this.addWeight({
      name: 'pointwise_kernel',
      shape: [...this.kernelSize.map(() => 1), channels * multiplier, this.filters],
      ...this.pointwiseSettings,
    })
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      filters: this.filters,
      depth_multiplier: this.depthMultiplier,
      ...weightConfig('depthwise', this.depthwiseSettings),
      ...weightConfig('pointwise', this.pointwiseSettings),
    }
  }
}

/** The options that a config describes. */
export function readSeparableConv<const P extends ConvPadding>(
  read: ConfigReader,
  paddings: readonly P[],
): BaseSeparableConvOptions & { readonly padding: P } {
  const options = {
    ...readBaseConv(read, paddings),
    filters: read.integer('filters'),
    depthMultiplier: read.integer('depth_multiplier', 1),
    ...readWeightSettings(read, 'depthwise', 'glorot_uniform'),
    ...readWeightSettings(read, 'pointwise', 'glorot_uniform'),
  }
  read.done()
  return options
}
