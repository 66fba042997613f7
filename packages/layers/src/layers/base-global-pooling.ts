import type { Config, DataFormat, GlobalPoolOptions } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean } from '../saving/option-values.ts'
import {
  checkDataFormat,
  readDataFormat,
  replaceSides,
  type SpatialRank,
  wireDataFormat,
} from './spatial-options.ts'

/** The options of layers that pool all places. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Where the channels are. Default: `channelsLast`. */
  readonly dataFormat?: DataFormat
  /** Whether the spatial axes stay, with size 1. Default: false. */
  readonly keepdims?: boolean
}

/** What the layers that pool all places share. */
export abstract class BaseGlobalPooling extends Layer {
  readonly dataFormat: DataFormat
  readonly keepdims: boolean

  constructor(spatial: SpatialRank, options: GlobalPoolingOptions) {
    super(options, ['dataFormat', 'keepdims'])
    this.dataFormat = checkDataFormat(this.className, options.dataFormat ?? 'channelsLast')
    this.keepdims = checkBoolean(this.className, 'keepdims', options.keepdims ?? false)
    this.inputSpec = { ndim: spatial + 2 }
  }

  /** The options of the op that pools. */
  protected get places(): GlobalPoolOptions {
    return { dataFormat: this.dataFormat, keepDims: this.keepdims }
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const kept = replaceSides(
      inputShape,
      this.dataFormat,
      () => 1,
      (channels) => channels,
    )
    if (this.keepdims) return kept
    return [kept[0]!, (this.dataFormat === 'channelsFirst' ? kept[1] : kept.at(-1))!]
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      data_format: wireDataFormat(this.dataFormat),
      keepdims: this.keepdims,
    }
  }
}

/** The options that a config describes. */
export function readGlobalPooling(read: ConfigReader): GlobalPoolingOptions {
  const options = {
    ...readLayerOptions(read),
    dataFormat: readDataFormat(read),
    keepdims: read.boolean('keepdims', false),
  }
  read.done()
  return options
}
