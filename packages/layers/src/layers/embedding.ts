import {
  type Config,
  cast,
  embedding,
  notEqual,
  type Tensor,
  type TensorValues,
  type Variable,
} from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkNumber } from '../saving/option-values.ts'
import {
  readWeightSettings,
  type WeightSettingOptions,
  type WeightSettings,
  weightConfig,
  weightSettingNames,
  weightSettings,
} from './weight-settings.ts'

export interface EmbeddingOptions extends Omit<LayerOptions, 'inputDim'>, WeightSettingOptions<'embeddings'> {
  /** How many different indices there are: one more than the largest. */
  readonly inputDim: number
  /** The length of a vector. */
  readonly outputDim: number
  /** Whether index 0 is padding: layers after this one then skip it. Default: false. */
  readonly maskZero?: boolean
  /** The vectors to begin with, [inputDim, outputDim]; the layer is built at once then. Default: none. */
  readonly weights?: Tensor | TensorValues | null
}

/**
 * Turns indices into vectors that are learned: out[…, d] = embeddings[x[…], d].
 *
 * Input of any shape, whole numbers from 0 to inputDim − 1 (fractions are cut off); output […, outputDim]. Weights:
 * embeddings [inputDim, outputDim]. With `maskZero` the output's mask is x ≠ 0, else there is none.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1; {@link ShapeError} for `weights` of
 * another shape; {@link IndexError} for an index out of range, where the backend checks indices.
 * @see https://keras.io/api/layers/core_layers/embedding/
 * @example
 * ```ts
 * const layer = new Embedding({ inputDim: 3, outputDim: 2, maskZero: true, weights: [[0, 0], [1, 2], [3, 4]] })
 * const y = layer.apply(tensor([[2, 1, 0]], { dtype: 'int32' }))
 * y // [[[3, 4], [1, 2], [0, 0]]]
 * getMask(y) // [[true, true, false]]
 * ```
 */
export class Embedding extends Layer {
  static override readonly className: string = 'Embedding'
  readonly inputDim: number
  readonly outputDim: number
  readonly maskZero: boolean
  readonly embeddingsSettings: WeightSettings
  #embeddings: Variable | null = null

  constructor(options: EmbeddingOptions) {
    // For other layers `inputDim` is the size of the input.
    const { inputDim, ...others } = options
    super(others, ['inputDim', 'outputDim', 'maskZero', 'weights', ...weightSettingNames('embeddings')])
    this.inputDim = checkNumber('Embedding', 'inputDim', inputDim, 'positiveInteger')
    this.outputDim = checkNumber('Embedding', 'outputDim', options.outputDim, 'positiveInteger')
    this.maskZero = checkBoolean('Embedding', 'maskZero', options.maskZero ?? false)
    this.embeddingsSettings = weightSettings('embeddings', options, 'randomUniform')
    this.supportsMasking = this.maskZero
    this.inputSpec = {}
    const { weights = null } = options
    if (weights !== null) {
      this.build([null])
      try {
        this.setWeights([weights])
      } catch (error) {
        this.dispose()
        throw error
      }
    }
  }

  static fromConfig(config: Config): Embedding {
    const read = new ConfigReader('Embedding', config)
    const options: EmbeddingOptions = {
      ...readLayerOptions(read),
      inputDim: read.integer('input_dim'),
      outputDim: read.integer('output_dim'),
      maskZero: read.boolean('mask_zero', false),
      ...readWeightSettings(read, 'embeddings', 'uniform'),
    }
    read.unsupported('lora_rank')
    read.unsupported('quantization_config')
    read.ignore('lora_alpha', 'input_length')
    read.done()
    return new Embedding(options)
  }

  get embeddings(): Variable | null {
    return this.#embeddings
  }

  override build(_inputShape: SymbolicShape): void {
    this.#embeddings = this.addWeight({
      name: 'embeddings',
      shape: [this.inputDim, this.outputDim],
      ...this.embeddingsSettings,
    })
  }

  override call(x: Tensor): Tensor {
    return embedding(this.#embeddings!, asIndices(x))
  }

  override computeMask(x: Tensor): Tensor {
    return notEqual(asIndices(x), 0)
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return [...inputShape, this.outputDim]
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      input_dim: this.inputDim,
      output_dim: this.outputDim,
      ...weightConfig('embeddings', this.embeddingsSettings),
      // Keras writes it here even where there is none.
      ...(this.activityRegularizer === null ? { activity_regularizer: null } : {}),
      mask_zero: this.maskZero,
      quantization_config: null,
    }
  }
}

function asIndices(x: Tensor): Tensor {
  return x.dtype === 'int32' || x.dtype === 'uint8' ? x : cast(x, 'int32')
}
