import { add, type Config, matmul, reshape, ShapeError, type Tensor, type Variable } from '@tapegrad/core'
import * as activations from '../activations/index.ts'
import * as constraints from '../constraints/index.ts'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import * as initializers from '../initializers/index.ts'
import * as regularizers from '../regularizers/index.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkNumber } from '../saving/option-values.ts'

export interface DenseOptions extends LayerOptions {
  /** The size of the output's last axis, at least 1. */
  readonly units: number
  /** Applied to the result. Default: none. */
  readonly activation?: activations.ActivationIdentifier | null
  /** Whether a bias is added. Default: true. */
  readonly useBias?: boolean
  /** Default: Glorot's uniform. */
  readonly kernelInitializer?: initializers.InitializerIdentifier
  /** Default: zeros. */
  readonly biasInitializer?: initializers.InitializerIdentifier
  readonly kernelRegularizer?: regularizers.RegularizerIdentifier | null
  readonly biasRegularizer?: regularizers.RegularizerIdentifier | null
  readonly kernelConstraint?: constraints.ConstraintIdentifier | null
  readonly biasConstraint?: constraints.ConstraintIdentifier | null
}

const optionNames: readonly (keyof DenseOptions)[] = [
  'units',
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'kernelConstraint',
  'biasConstraint',
]

/**
 * The fully connected layer: activation(x · kernel + bias).
 *
 * @param options `units`, and how the kernel and bias begin, are penalised and bounded.
 * @remarks Input […, d], rank 2 or more; output […, units]. The last axis is contracted; the others are kept.
 * Weights: kernel [d, units], bias [units]. Masks pass through.
 * @throws {@link ArgumentError} for units that are not a whole number of at least 1.
 * @see https://keras.io/api/layers/core_layers/dense/
 * @example
 * ```ts
 * const model = new Sequential([new Dense({ units: 32, inputShape: [16] }), new Dense({ units: 32 })])
 * model.outputShape // [null, 32]
 * ```
 */
export class Dense extends Layer {
  static override readonly className: string = 'Dense'
  override supportsMasking = true
  readonly units: number
  readonly activation: activations.Activation
  readonly useBias: boolean
  readonly kernelInitializer: initializers.Initializer
  readonly biasInitializer: initializers.Initializer
  readonly kernelRegularizer: regularizers.Regularizer | null
  readonly biasRegularizer: regularizers.Regularizer | null
  readonly kernelConstraint: constraints.Constraint | null
  readonly biasConstraint: constraints.Constraint | null
  #kernel: Variable | null = null
  #bias: Variable | null = null

  constructor(options: DenseOptions) {
    super(options, optionNames)
    this.units = checkNumber('Dense', 'units', options.units, 'positiveInteger')
    this.activation = activations.get(options.activation ?? null)
    this.useBias = checkBoolean('Dense', 'useBias', options.useBias ?? true)
    this.kernelInitializer = initializers.get(options.kernelInitializer ?? 'glorotUniform')
    this.biasInitializer = initializers.get(options.biasInitializer ?? 'zeros')
    this.kernelRegularizer = regularizers.get(options.kernelRegularizer ?? null)
    this.biasRegularizer = regularizers.get(options.biasRegularizer ?? null)
    this.kernelConstraint = constraints.get(options.kernelConstraint ?? null)
    this.biasConstraint = constraints.get(options.biasConstraint ?? null)
    this.inputSpec = { minNdim: 2 }
  }

  static fromConfig(config: Config): Dense {
    const read = new ConfigReader('Dense', config)
    const options: DenseOptions = {
      ...readLayerOptions(read),
      units: read.integer('units'),
      activation: read.object('activation', activations.deserialize, null),
      useBias: read.boolean('use_bias', true),
      kernelInitializer: read.object('kernel_initializer', initializers.deserialize, 'glorot_uniform'),
      biasInitializer: read.object('bias_initializer', initializers.deserialize, 'zeros'),
      kernelRegularizer: read.object('kernel_regularizer', regularizers.deserialize, null),
      biasRegularizer: read.object('bias_regularizer', regularizers.deserialize, null),
      kernelConstraint: read.object('kernel_constraint', constraints.deserialize, null),
      biasConstraint: read.object('bias_constraint', constraints.deserialize, null),
    }
    read.unsupported('lora_rank')
    read.ignore('lora_alpha')
    read.unsupported('quantization_config')
    read.done()
    return new Dense(options)
  }

  get kernel(): Variable | null {
    return this.#kernel
  }

  get bias(): Variable | null {
    return this.#bias
  }

  override build(inputShape: SymbolicShape): void {
    const inputs = inputShape.at(-1)
    if (typeof inputs !== 'number') {
      throw new ShapeError('the size of the last axis must be known', {
        op: 'Dense',
        received: { inputShape },
      })
    }
    this.#kernel = this.addWeight({
      name: 'kernel',
      shape: [inputs, this.units],
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    })
    if (this.useBias) {
      this.#bias = this.addWeight({
        name: 'bias',
        shape: [this.units],
        initializer: this.biasInitializer,
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      })
    }
    this.inputSpec = { minNdim: 2, axes: { [-1]: inputs } }
  }

  override call(x: Tensor): Tensor {
    const product = contractLastAxis(x, this.#kernel!)
    return this.activation(this.#bias === null ? product : add(product, this.#bias))
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return [...inputShape.slice(0, -1), this.units]
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: activations.serialize(this.activation),
      use_bias: this.useBias,
      kernel_initializer: initializers.serialize(this.kernelInitializer),
      bias_initializer: initializers.serialize(this.biasInitializer),
      kernel_regularizer: regularizers.serialize(this.kernelRegularizer),
      bias_regularizer: regularizers.serialize(this.biasRegularizer),
      kernel_constraint: constraints.serialize(this.kernelConstraint),
      bias_constraint: constraints.serialize(this.biasConstraint),
      quantization_config: null,
    }
  }
}

/** […, d] · [d, units], as one product of matrices. */
function contractLastAxis(x: Tensor, kernel: Tensor): Tensor {
  if (x.rank === 2) return matmul(x, kernel)
  const [inputs, units] = kernel.shape as [number, number]
  const outer = x.shape.slice(0, -1)
  const rows = outer.reduce((product, side) => product * side, 1)
  return reshape(matmul(reshape(x, [rows, inputs]), kernel), [...outer, units])
}
