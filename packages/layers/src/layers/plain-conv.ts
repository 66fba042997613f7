import { ArgumentError, type Config, ShapeError, type Variable } from '@tapegrad/core'
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

/** The options of convolutions along any number of axes. */
export interface PlainConvOptions extends BaseConvOptions, WeightSettingOptions<'kernel'> {
  /** How many channels the output has, a multiple of `groups`. */
  readonly filters: number
  /** Into how many parts the channels fall: each part of the output's sees one of the input's. Default: 1. */
  readonly groups?: number
}

/** What Conv1D, Conv2D and Conv3D share: a kernel [...kernelSize, channels / groups, filters]. */
export abstract class PlainConv<P extends ConvPadding> extends BaseConv<P> {
  readonly filters: number
  readonly groups: number
  readonly kernelSettings: WeightSettings
  #kernel: Variable | null = null

  constructor(
    spatial: SpatialRank,
    options: PlainConvOptions & { readonly padding?: P },
    paddings: readonly P[],
  ) {
    super(spatial, options, paddings, ['filters', 'groups', ...weightSettingNames('kernel')])
    const op = this.className
    this.filters = checkNumber(op, 'filters', options.filters, 'positiveInteger')
    this.groups = checkNumber(op, 'groups', options.groups ?? 1, 'positiveInteger')
    this.kernelSettings = weightSettings('kernel', options, 'glorotUniform')
    if (this.filters % this.groups !== 0) {
      throw new ArgumentError('the groups do not divide the filters', {
        op,
        received: { filters: this.filters, groups: this.groups },
      })
    }
  }

  get kernel(): Variable | null {
    return this.#kernel
  }

  protected override outputChannels(): number {
    return this.filters
  }

  protected override buildKernels(channels: number): void {
    if (channels % this.groups !== 0) {
      throw new ShapeError('the groups do not divide the channels of the input', {
        op: this.className,
        received: { channels, groups: this.groups },
      })
    }
    const shape = [...this.kernelSize, channels / this.groups, this.filters]
    this.#kernel = this.addWeight({ name: 'kernel', shape, ...this.kernelSettings })
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      filters: this.filters,
      groups: this.groups,
      ...weightConfig('kernel', this.kernelSettings),
    }
  }
}

/** The options that a config describes. */
export function readPlainConv<const P extends ConvPadding>(
  read: ConfigReader,
  paddings: readonly P[],
): PlainConvOptions & { readonly padding: P } {
  const options = {
    ...readBaseConv(read, paddings),
    filters: read.integer('filters'),
    groups: read.integer('groups', 1),
    ...readWeightSettings(read, 'kernel', 'glorot_uniform'),
  }
  read.unsupported('lora_rank')
  read.unsupported('dora_rank')
  read.ignore('lora_alpha', 'dora_alpha')
  read.done()
  return options
}
