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

/** The options of depthwise convolutions along any number of axes. */
export interface BaseDepthwiseConvOptions extends BaseConvOptions, WeightSettingOptions<'depthwise'> {
  /** How many kernels each channel of the input has. Default: 1. */
  readonly depthMultiplier?: number
}

/** What the depthwise convolutions share: a kernel [...kernelSize, channels, depthMultiplier]. */
export abstract class BaseDepthwiseConv<P extends ConvPadding> extends BaseConv<P> {
  readonly depthMultiplier: number
  readonly depthwiseSettings: WeightSettings
  #kernel: Variable | null = null

  constructor(
    spatial: SpatialRank,
    options: BaseDepthwiseConvOptions & { readonly padding?: P },
    paddings: readonly P[],
  ) {
    super(spatial, options, paddings, ['depthMultiplier', ...weightSettingNames('depthwise')])
    this.depthMultiplier = checkNumber(
      this.className,
      'depthMultiplier',
      options.depthMultiplier ?? 1,
      'positiveInteger',
    )
    this.depthwiseSettings = weightSettings('depthwise', options, 'glorotUniform')
  }

  get kernel(): Variable | null {
    return this.#kernel
  }

  protected override outputChannels(inputChannels: number | null): number | null {
    return inputChannels === null ? null : inputChannels * this.depthMultiplier
  }

  protected override buildKernels(channels: number): void {
    const shape = [...this.kernelSize, channels, this.depthMultiplier]
    this.#kernel = this.addWeight({ name: 'kernel', shape, ...this.depthwiseSettings })
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      depth_multiplier: this.depthMultiplier,
      ...weightConfig('depthwise', this.depthwiseSettings),
    }
  }
}

/** The options that a config describes. */
export function readDepthwiseConv<const P extends ConvPadding>(
  read: ConfigReader,
  paddings: readonly P[],
): BaseDepthwiseConvOptions & { readonly padding: P } {
  const options = {
    ...readBaseConv(read, paddings),
    depthMultiplier: read.integer('depth_multiplier', 1),
    ...readWeightSettings(read, 'depthwise', 'glorot_uniform'),
  }
  read.done()
  return options
}
