import { type Config, type DataFormat, reshape, type Tensor, transpose } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkDataFormat, readDataFormat, wireDataFormat } from './spatial-options.ts'

export interface FlattenOptions extends LayerOptions {
  /** Where the input has its channels: they go last before flattening. Default: channelsLast. */
  readonly dataFormat?: DataFormat
}

/**
 * Makes one axis of all but the batch.
 *
 * Input [batch, …], output [batch, product of the others]; [batch] gives [batch, 1]. With `channelsFirst` axis 1 is
 * moved to the end first, so that both formats give the same order. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for another data format.
 * @see https://keras.io/api/layers/reshaping_layers/flatten/
 * @example
 * ```ts
 * new Flatten().apply(zeros([2, 28, 28])).shape // [2, 784]
 * ```
 */
export class Flatten extends Layer {
  static override readonly className: string = 'Flatten'
  readonly dataFormat: DataFormat

  constructor(options: FlattenOptions = {}) {
    super(options, ['dataFormat'])
    this.dataFormat = checkDataFormat('Flatten', options.dataFormat)
    this.inputSpec = { minNdim: 1 }
  }

  static fromConfig(config: Config): Flatten {
    const read = new ConfigReader('Flatten', config)
    const options = { ...readLayerOptions(read), dataFormat: readDataFormat(read) }
    read.done()
    return new Flatten(options)
  }

  override call(x: Tensor): Tensor {
    const ordered =
      this.dataFormat === 'channelsFirst' && x.rank > 2 ? transpose(x, channelsToEnd(x.rank)) : x
    const [batch, ...others] = x.shape as [number, ...number[]]
    return reshape(ordered, [batch, others.reduce((product, side) => product * side, 1)])
  }

  override computeOutputShape([batch, ...others]: SymbolicShape): SymbolicShape {
    const size = others.reduce<number | null>(
      (product, side) => (product === null || side === null ? null : product * side),
      1,
    )
    return [batch ?? null, size]
  }

  override getConfig(): Config {
    return { ...super.getConfig(), data_format: wireDataFormat(this.dataFormat) }
  }
}

function channelsToEnd(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]
}
