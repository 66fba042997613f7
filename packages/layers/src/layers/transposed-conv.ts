import { ArgumentError, type Config, type PerAxis, type Variable } from '@tapegrad/core'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { BaseConv, type BaseConvOptions, paddings, readBaseConv } from './base-conv.ts'
import { checkPerAxis, readIntegers, type SpatialRank } from './spatial-options.ts'
import {
  readWeightSettings,
  type WeightSettingOptions,
  type WeightSettings,
  weightConfig,
  weightSettingNames,
  weightSettings,
} from './weight-settings.ts'

/** The options of transposed convolutions along any number of axes. */
export interface TransposedConvOptions extends BaseConvOptions, WeightSettingOptions<'kernel'> {
  /** How many channels the output has. */
  readonly filters: number
  /**
   * What is cut off the output: nothing for `valid`; for `same` as much as leaves size · stride elements.
   * Default: `valid`.
   */
  readonly padding?: 'valid' | 'same'
  /**
   * Elements to add at the end of each axis, fewer than its stride. Default: as many as make the output at least
   * size · stride for `valid`, exactly that for `same`.
   */
  readonly outputPadding?: PerAxis | null
}

/** What the transposed convolutions share: a kernel [...kernelSize, filters, channels]. */
export abstract class TransposedConv extends BaseConv<'valid' | 'same'> {
  readonly filters: number
  readonly outputPadding: readonly number[] | null
  readonly kernelSettings: WeightSettings
  #kernel: Variable | null = null

  constructor(spatial: SpatialRank, options: TransposedConvOptions) {
    super(spatial, options, paddings, ['filters', 'outputPadding', ...weightSettingNames('kernel')])
    const op = this.className
    const { outputPadding = null } = options
    this.filters = checkNumber(op, 'filters', options.filters, 'positiveInteger')
    this.outputPadding =
      outputPadding === null ? null : checkPerAxis(op, 'outputPadding', outputPadding, spatial, 0)
    this.kernelSettings = weightSettings('kernel', options, 'glorotUniform')
    if (this.outputPadding?.some((count, i) => count >= this.strides[i]!)) {
      throw new ArgumentError('outputPadding is not less than the strides', {
        op,
        received: { outputPadding, strides: this.strides },
      })
    }
  }

  get kernel(): Variable | null {
    return this.#kernel
  }

  protected override get moves(): BaseConv<'valid' | 'same'>['moves'] & { readonly outputPadding?: PerAxis } {
    return {
      ...super.moves,
      ...(this.outputPadding === null ? {} : { outputPadding: this.outputPadding }),
    }
  }

  protected override outputChannels(): number {
    return this.filters
  }

  protected override buildKernels(channels: number): void {
    const shape = [...this.kernelSize, this.filters, channels]
    this.#kernel = this.addWeight({ name: 'kernel', shape, ...this.kernelSettings })
  }

  /** Each element of the input adds a stride, but the last, which adds what there is of the kernel's end. */
  protected override outputLength(length: number | null, i: number): number | null {
    if (length === null) return null
    const [span, stride] = [this.spanAlong(i), this.strides[i]!]
    const added = this.outputPadding?.[i]
    const others = (length - 1) * stride
    if (this.padding === 'valid')
      return others + (added === undefined ? Math.max(span, stride) : span + added)
    return others + (added === undefined ? stride : (span % 2) + added)
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      filters: this.filters,
      output_padding: this.outputPadding,
      ...weightConfig('kernel', this.kernelSettings),
    }
  }
}

/** The options that a config describes. */
export function readTransposedConv(read: ConfigReader): TransposedConvOptions {
  const options = {
    ...readBaseConv(read, paddings),
    filters: read.integer('filters'),
    outputPadding: readIntegers(read, 'output_padding', null),
    ...readWeightSettings(read, 'kernel', 'glorot_uniform'),
  }
  read.done()
  return options
}
