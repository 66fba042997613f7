import { ArgumentError, add, type Config, einsum, type Tensor, type Variable } from '@tapegrad/core'
import * as activations from '../activations/index.ts'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import type { Initializer } from '../initializers/index.ts'
import { VarianceScaling } from '../initializers/variance-scaling.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { type DenseEquation, einsumOutputShape, einsumShapes, parseEquation } from './einsum-weights.ts'
import {
  readWeightSettings,
  type WeightSettingOptions,
  type WeightSettings,
  weightConfig,
  weightSettingNames,
  weightSettings,
} from './weight-settings.ts'

export interface EinsumDenseOptions
  extends LayerOptions,
    WeightSettingOptions<'kernel'>,
    WeightSettingOptions<'bias'> {
  /** What is summed: `'ab,bc->ac'`, `'...ab,bc->...ac'` or `'ab...,bc->ac...'` with any letters. */
  readonly equation: string
  /** The sizes of the output's axes but the batch and those of `...`; null where the input tells. A number is a list of it. */
  readonly outputShape: number | SymbolicShape
  /** Applied to the result. Default: none. */
  readonly activation?: activations.ActivationIdentifier | null
  /** The letters of the output's axes that have a bias of their own. Default: there is no bias. */
  readonly biasAxes?: string | null
}

/**
 * A dense layer whose product is an equation: activation(einsum(equation, x, kernel) + bias).
 *
 * The first letter of input and output is the batch, unless `...` stands before the others, which then begins with
 * it. The shape of the kernel follows from its letters: sizes of the input where they are summed over, of
 * `outputShape` else. The bias has the sizes of `biasAxes` and broadcasts along the output's other axes. Masks do not
 * pass through.
 *
 * @throws {@link ArgumentError} for an equation of another form, another number of sizes than letters, or a bias along axes that the output does not have.
 * @throws {@link ShapeError} for inputs that do not fit the equation, or sizes of weights that are not known.
 * @see https://keras.io/api/layers/core_layers/einsum_dense/
 * @example
 * ```ts
 * const layer = new EinsumDense({ equation: 'abc,cd->abd', outputShape: [null, 64], biasAxes: 'd' })
 * layer.apply(zeros([2, 32, 128])).shape // [2, 32, 64]
 * ```
 */
export class EinsumDense extends Layer {
  static override readonly className: string = 'EinsumDense'
  readonly equation: string
  readonly partialOutputShape: SymbolicShape
  readonly activation: activations.Activation
  readonly biasAxes: string | null
  readonly kernelSettings: WeightSettings
  readonly biasSettings: WeightSettings
  readonly #terms: DenseEquation
  #kernel: Variable | null = null
  #bias: Variable | null = null

  constructor(options: EinsumDenseOptions) {
    super(options, [
      'equation',
      'outputShape',
      'activation',
      'biasAxes',
      ...weightSettingNames('kernel'),
      ...weightSettingNames('bias'),
    ])
    const { equation, outputShape, biasAxes = null } = options
    this.#terms = parseEquation('EinsumDense', equation)
    this.equation = equation
    this.partialOutputShape = checkOutputShape(this.#terms, outputShape)
    this.activation = activations.get(options.activation ?? null)
    this.biasAxes = checkBiasAxes(this.#terms, biasAxes)
    this.kernelSettings = weightSettings('kernel', options, 'glorotUniform')
    this.biasSettings = weightSettings('bias', options, 'zeros')
    this.inputSpec = {}
  }

  static fromConfig(config: Config): EinsumDense {
    const read = new ConfigReader('EinsumDense', config)
    const size = read.json('output_shape')
    const options: EinsumDenseOptions = {
      ...readLayerOptions(read),
      equation: read.string('equation'),
      outputShape: typeof size === 'number' ? size : read.shape('output_shape'),
      activation: read.object('activation', activations.deserialize, null),
      biasAxes: read.string('bias_axes', null),
      ...readWeightSettings(read, 'kernel', 'glorot_uniform'),
      ...readWeightSettings(read, 'bias', 'zeros'),
    }
    read.unsupported('lora_rank')
    read.ignore('lora_alpha')
    read.unsupported('quantization_config')
    read.done()
    return new EinsumDense(options)
  }

  get kernel(): Variable | null {
    return this.#kernel
  }

  get bias(): Variable | null {
    return this.#bias
  }

  override build(inputShape: SymbolicShape): void {
    const shapes = einsumShapes(
      'EinsumDense',
      this.#terms,
      this.biasAxes,
      inputShape,
      this.partialOutputShape,
    )
    const initializer = withFans(this.kernelSettings.initializer, shapes)
    this.#kernel = this.addWeight({
      name: 'kernel',
      shape: shapes.kernel,
      ...this.kernelSettings,
      initializer,
    })
    if (shapes.bias !== null)
      this.#bias = this.addWeight({ name: 'bias', shape: shapes.bias, ...this.biasSettings })
    this.inputSpec = { ndim: inputShape.length, axes: this.#summedSides(inputShape) }
  }

  override call(x: Tensor): Tensor {
    const product = einsum(this.equation, x, this.#kernel!)
    return this.activation(this.#bias === null ? product : add(product, this.#bias))
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return einsumOutputShape('EinsumDense', this.#terms, inputShape, this.partialOutputShape)
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      output_shape: this.partialOutputShape,
      equation: this.equation,
      activation: activations.serialize(this.activation),
      bias_axes: this.biasAxes,
      ...weightConfig('kernel', this.kernelSettings),
      ...weightConfig('bias', this.biasSettings),
      // Keras writes it here even where there is none.
      ...(this.activityRegularizer === null ? { activity_regularizer: null } : {}),
      quantization_config: null,
    }
  }

  /** The sizes of the input along axes that the kernel has, too. */
  #summedSides(inputShape: SymbolicShape): Readonly<Record<number, number | null>> {
    const { input, kernel, ellipsis } = this.#terms
    const first = ellipsis === 'left' ? inputShape.length - input.length : 0
    return Object.fromEntries(
      [...input].flatMap((letter, i) =>
        kernel.includes(letter) ? [[first + i, inputShape[first + i]!] as const] : [],
      ),
    )
  }
}

/** The initializer with the fans of an equation's kernel, where it has fans and was not given them. */
function withFans(
  initializer: Initializer,
  {
    inputAxes,
    outputAxes,
  }: { readonly inputAxes: readonly number[]; readonly outputAxes: readonly number[] },
): Initializer {
  if (!(initializer instanceof VarianceScaling) || initializer.inputAxes !== null) return initializer
  const own = initializer.constructor as typeof VarianceScaling
  return own.fromConfig({ ...initializer.getConfig(), input_axes: inputAxes, output_axes: outputAxes })
}

function checkOutputShape({ output, ellipsis }: DenseEquation, outputShape: unknown): SymbolicShape {
  const list: unknown = typeof outputShape === 'number' ? [outputShape] : outputShape
  const count = output.length - (ellipsis === 'left' ? 0 : 1)
  const isSize = (side: unknown): boolean => side === null || (Number.isSafeInteger(side) && Number(side) > 0)
  if (Array.isArray(list) && list.length === count && list.every(isSize))
    return Object.freeze([...(list as (number | null)[])])
  throw new ArgumentError('outputShape does not fit the equation', {
    op: 'EinsumDense',
    received: { outputShape },
    expected: `${count} of whole numbers above 0 or null: the output's letters, the batch and "..." left out`,
  })
}

function checkBiasAxes({ output }: DenseEquation, biasAxes: unknown): string | null {
  if (biasAxes === null) return null
  const list = typeof biasAxes === 'string' ? [...biasAxes] : []
  const fits = list.length > 0 && new Set(list).size === list.length
  if (fits && list.every((letter) => output.includes(letter))) return biasAxes as string
  throw new ArgumentError('biasAxes are not axes of the output', {
    op: 'EinsumDense',
    received: { biasAxes },
    expected: `different letters of ${JSON.stringify(output)}, or null`,
  })
}
