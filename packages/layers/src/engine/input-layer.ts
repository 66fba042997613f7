import { ArgumentError, type Config, checkOptionNames, type DType, dtypes, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { Layer } from './layer.ts'
import { checkSymbolicShape } from './layer-options.ts'
import { type SymbolicShape, SymbolicTensor } from './symbolic-tensor.ts'

export interface InputOptions {
  /** The shape of one input, without the batch. */
  readonly shape?: SymbolicShape
  /** The shape with the batch, instead of `shape`. */
  readonly batchShape?: SymbolicShape
  /** Default: float32. */
  readonly dtype?: DType
  readonly name?: string
}

const inputOptionNames = ['shape', 'batchShape', 'dtype', 'name']

/**
 * The place where data enters a model.
 *
 * @throws {@link ShapeError} when the shape is not a list of sizes, {@link ArgumentError} when there is none or two, or for an unknown dtype.
 * @see https://keras.io/api/layers/core_layers/input/
 * @example
 * ```ts
 * new Sequential([new InputLayer({ shape: [16] }), new Dense({ units: 4 })]).outputShape // [null, 4]
 * ```
 */
export class InputLayer extends Layer {
  static override readonly className: string = 'InputLayer'
  readonly batchShape: SymbolicShape
  readonly inputDType: DType
  readonly #symbol: SymbolicTensor

  constructor(options: InputOptions) {
    checkOptionNames('InputLayer', options, inputOptionNames)
    const { dtype = 'float32', name } = options
    if (!dtypes.includes(dtype)) {
      throw new ArgumentError('unknown dtype', {
        op: 'InputLayer',
        received: { dtype },
        expected: `one of ${dtypes.join(', ')}`,
      })
    }
    super({ batchInputShape: batchShapeOf(options), ...(name === undefined ? {} : { name }) })
    this.supportsMasking = true
    this.batchShape = this.batchInputShape!
    this.inputDType = dtype
    this.#symbol = new SymbolicTensor(this.batchShape, dtype, { name: this.name })
    this.#symbol.setCall({
      layer: this,
      inputs: [],
      takesList: false,
      training: undefined,
      arguments: {},
      outputs: [this.#symbol],
      returnsList: false,
    })
    this.build(this.batchShape)
  }

  static fromConfig(config: Config): InputLayer {
    const read = new ConfigReader('InputLayer', config)
    const key = read.has('batch_input_shape') ? 'batch_input_shape' : 'batch_shape'
    const name = read.string('name', null)
    const dtype = dtypes.find((known) => known === read.json('dtype', 'float32'))
    if (dtype === undefined) throw read.error('unknown dtype', 'dtype', `one of ${dtypes.join(', ')}`)
    const batchShape: SymbolicShape = read.shape(key)
    read.unsupported('sparse', false)
    read.unsupported('ragged', false)
    read.ignore('optional')
    read.done()
    return new InputLayer({ batchShape, dtype, ...(name === null ? {} : { name }) })
  }

  /** The symbolic tensor that stands for the data. */
  override get output(): SymbolicTensor {
    return this.#symbol
  }

  override get input(): SymbolicTensor {
    return this.#symbol
  }

  override call(x: Tensor): Tensor {
    return x
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    return {
      batch_shape: this.batchShape,
      dtype: this.inputDType,
      sparse: false,
      ragged: false,
      name: this.name,
    }
  }
}

/**
 * A symbolic tensor for data of the given shape.
 *
 * @param options `shape` without the batch (or `batchShape` with it), `dtype`, `name`.
 * @throws {@link ShapeError} when the shape is not a list of sizes, {@link ArgumentError} when there is none or two.
 * @see https://keras.io/api/layers/core_layers/input/
 * @example
 * ```ts
 * const x = input({ shape: [28, 28] })
 * x.shape // [null, 28, 28]
 * ```
 */
export function input(options: InputOptions): SymbolicTensor {
  return new InputLayer(options).output
}

/**
 * The same as {@link input}, by the name that it has in Keras.
 *
 * @param options `shape` without the batch (or `batchShape` with it), `dtype`, `name`.
 * @throws {@link ShapeError} when the shape is not a list of sizes, {@link ArgumentError} when there is none or two.
 * @see https://keras.io/api/layers/core_layers/input/
 * @example
 * ```ts
 * Input({ shape: [28, 28] }).shape // [null, 28, 28]
 * ```
 */
export function Input(options: InputOptions): SymbolicTensor {
  return input(options)
}

function batchShapeOf({ shape, batchShape }: InputOptions): SymbolicShape {
  if ((shape === undefined) === (batchShape === undefined)) {
    throw new ArgumentError('the shape is missing or given twice', {
      op: 'input',
      received: { shape, batchShape },
      expected: 'either shape, without the batch, or batchShape',
    })
  }
  return batchShape === undefined
    ? [null, ...checkSymbolicShape('input', 'shape', shape, 0)]
    : checkSymbolicShape('input', 'batchShape', batchShape, 1)
}
