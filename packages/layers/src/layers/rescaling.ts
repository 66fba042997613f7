import { ArgumentError, add, type Config, cast, type Json, mul, type Tensor, tensor } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { isConfig } from '../saving/serializable.ts'

export interface RescalingOptions extends LayerOptions {
  /** What the input is multiplied by: a number, or one for each element along the last axis. */
  readonly scale: number | readonly number[]
  /** What is added then: the same. Default: 0. */
  readonly offset?: number | readonly number[]
}

/**
 * Scales and moves its input, y = scale · x + offset, in training and outside: pixels from 0 … 255 to 0 … 1.
 *
 * Any shape, which is kept; integers become the layer's dtype. Masks pass through.
 *
 * @throws {@link ArgumentError} for a scale or offset that is not made of finite numbers, {@link ShapeError} where there are not as many as elements along the last axis.
 * @see https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/
 * @example
 * ```ts
 * new Rescaling({ scale: 1 / 127.5, offset: -1 }).apply(tensor([0, 127.5, 255])) // [-1, 0, 1]
 * ```
 */
export class Rescaling extends Layer {
  static override readonly className: string = 'Rescaling'
  override supportsMasking = true
  readonly scale: number | readonly number[]
  readonly offset: number | readonly number[]

  constructor(options: RescalingOptions) {
    super(options, ['scale', 'offset'])
    this.scale = checkFactors('scale', options.scale)
    this.offset = checkFactors('offset', options.offset ?? 0)
    const lengths = [this.scale, this.offset].flatMap((value) =>
      typeof value === 'number' || value.length === 1 ? [] : [value.length],
    )
    if (new Set(lengths).size > 1) {
      throw new ArgumentError('scale and offset are for different numbers of elements', {
        op: 'Rescaling',
        received: { scale: this.scale, offset: this.offset },
      })
    }
    const isList = typeof this.scale !== 'number' || typeof this.offset !== 'number'
    const [length] = lengths
    this.inputSpec = isList ? { minNdim: 1, axes: length === undefined ? {} : { [-1]: length } } : {}
  }

  static fromConfig(config: Config): Rescaling {
    const read = new ConfigReader('Rescaling', config)
    const options = {
      ...readLayerOptions(read),
      // The constructor checks what they are.
      scale: withoutArray(read.json('scale')) as number,
      offset: withoutArray(read.json('offset', 0)) as number,
    }
    read.done()
    return new Rescaling(options)
  }

  override call(x: Tensor): Tensor {
    const factor = (value: number | readonly number[]): Tensor | number =>
      typeof value === 'number' ? value : tensor(value, { dtype: this.dtype, backend: x.storage.backend })
    return add(mul(cast(x, this.dtype), factor(this.scale)), factor(this.offset))
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    return { ...super.getConfig(), scale: this.scale, offset: this.offset }
  }
}

function checkFactors(name: string, value: unknown): number | readonly number[] {
  const isFactor = (factor: unknown): factor is number => Number.isFinite(factor)
  if (isFactor(value)) return value
  if (Array.isArray(value) && value.length > 0 && value.every(isFactor)) return Object.freeze([...value])
  throw new ArgumentError(`${name} is not made of finite numbers`, {
    op: 'Rescaling',
    received: { [name]: value },
    expected: 'a number, or a list of numbers, one for each element along the last axis',
  })
}

/** Keras describes NumPy's arrays, and writes lists as they are. */
function withoutArray(json: Json): Json {
  if (!isConfig(json) || json['class_name'] !== '__numpy__') return json
  const { config = null } = json
  return isConfig(config) && Object.hasOwn(config, 'value') ? config['value']! : json
}
