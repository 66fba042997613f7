import { type Config, type DataFormat, type PerAxis, type PoolOptions, ShapeError } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkOneOf } from '../saving/option-values.ts'
import {
  checkDataFormat,
  checkPerAxis,
  countWindows,
  readDataFormat,
  readIntegers,
  replaceSides,
  type SpatialRank,
  wireDataFormat,
} from './spatial-options.ts'

/** The options of layers that pool windows. */
export interface PoolingOptions extends LayerOptions {
  /** The sizes of a window: one for all spatial axes, or one for each. Default: 2. */
  readonly poolSize?: PerAxis
  /** From one window to the next. Default: the window's sizes. */
  readonly strides?: PerAxis | null
  /** Whether windows may reach beyond the input, where there is nothing; `same` gives ⌈size / stride⌉. Default: `valid`. */
  readonly padding?: 'valid' | 'same'
  /** Where the channels are. Default: `channelsLast`. */
  readonly dataFormat?: DataFormat
}

/** What the layers that pool windows share. */
export abstract class BasePooling extends Layer {
  readonly poolSize: readonly number[]
  readonly strides: readonly number[]
  readonly padding: 'valid' | 'same'
  readonly dataFormat: DataFormat

  constructor(spatial: SpatialRank, options: PoolingOptions) {
    super(options, ['poolSize', 'strides', 'padding', 'dataFormat'])
    const op = this.className
    this.poolSize = checkPerAxis(op, 'poolSize', options.poolSize ?? 2, spatial)
    this.strides = checkPerAxis(op, 'strides', options.strides ?? this.poolSize, spatial)
    this.padding = checkOneOf(op, 'padding', options.padding ?? 'valid', ['valid', 'same'])
    this.dataFormat = checkDataFormat(op, options.dataFormat ?? 'channelsLast')
    this.inputSpec = { ndim: spatial + 2 }
  }

  /** The options of the op that pools. */
  protected get windows(): PoolOptions {
    const { poolSize, strides, padding, dataFormat } = this
    return { poolSize, strides, padding, dataFormat }
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return replaceSides(
      inputShape,
      this.dataFormat,
      (length, i) => {
        const count = countWindows(length, this.poolSize[i]!, this.strides[i]!, this.padding)
        if (length === 0) return 0
        if (count === null || count > 0) return count
        throw new ShapeError('the window is larger than the input', {
          op: this.className,
          received: { inputShape, poolSize: this.poolSize },
          hint: "padding: 'same' takes what there is",
        })
      },
      (channels) => channels,
    )
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      pool_size: this.poolSize,
      padding: this.padding,
      strides: this.strides,
      data_format: wireDataFormat(this.dataFormat),
    }
  }
}

/** The options that a config describes. */
export function readPooling(read: ConfigReader): PoolingOptions {
  const options = {
    ...readLayerOptions(read),
    poolSize: readIntegers(read, 'pool_size', 2),
    strides: readIntegers(read, 'strides', null),
    padding: read.oneOf('padding', ['valid', 'same'], 'valid'),
    dataFormat: readDataFormat(read),
  }
  read.done()
  return options
}
