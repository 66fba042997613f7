import {
  add,
  type Config,
  dropout,
  type random,
  ShapeError,
  type Tensor,
  type Variable,
} from '@tapegrad/core'
import * as activations from '../activations/index.ts'
import type { CallOptions } from '../engine/layer.ts'
import type { LayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import type * as initializers from '../initializers/index.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkNumber } from '../saving/option-values.ts'
import { type DropMasks, drawMasks, projectDropped } from './cell-dropout.ts'
import { layerGenerator } from './layer-generator.ts'
import { type CellStep, RNNCell } from './rnn-cell.ts'
import {
  readWeightSettings,
  type WeightSettingOptions,
  type WeightSettings,
  weightConfig,
  weightSettings,
} from './weight-settings.ts'

/** What all recurrent cells with weights are told, besides what every layer is. */
export interface CellSettings
  extends WeightSettingOptions<'kernel'>,
    WeightSettingOptions<'recurrent'>,
    WeightSettingOptions<'bias'> {
  /** The size of the output, at least 1. */
  readonly units: number
  /** Applied to the candidates for a new output. Default: tanh. */
  readonly activation?: activations.ActivationIdentifier | null
  /** Whether a bias is added. Default: true. */
  readonly useBias?: boolean
  /** In training, the probability that an element of the input is dropped; the choice holds for all steps. Default: 0. */
  readonly dropout?: number
  /** In training, the probability that an element of the state is dropped on its way into a step; the choice holds for all steps. Default: 0. */
  readonly recurrentDropout?: number
  /** Makes the layer's random numbers repeat. Default: drawn from the generator that `setSeed` seeds. */
  readonly seed?: number | null
}

export interface CellOptions extends LayerOptions, CellSettings {}

/** The names of the options of {@link CellSettings}. */
export const cellSettingNames: readonly string[] = [
  'units',
  'activation',
  'useBias',
  'dropout',
  'recurrentDropout',
  'seed',
  'kernelInitializer',
  'kernelRegularizer',
  'kernelConstraint',
  'recurrentInitializer',
  'recurrentRegularizer',
  'recurrentConstraint',
  'biasInitializer',
  'biasRegularizer',
  'biasConstraint',
]

/** What a cell drops of its input and of its state. */
export interface StepMasks {
  readonly input: DropMasks
  readonly state: DropMasks
}

/** What the cells of Keras share: a kernel for the input, one for the state, a bias; gates side by side in each. */
export abstract class BaseCell extends RNNCell {
  readonly units: number
  readonly activation: activations.Activation
  readonly useBias: boolean
  readonly dropout: number
  readonly recurrentDropout: number
  readonly seed: number | null
  readonly kernelSettings: WeightSettings
  readonly recurrentSettings: WeightSettings
  readonly biasSettings: WeightSettings
  /** How many times `units` wide the kernels are. */
  protected readonly gates: number
  readonly #generator: () => random.Generator
  #kernel: Variable | null = null
  #recurrentKernel: Variable | null = null
  #bias: Variable | null = null

  constructor(options: CellOptions, ownOptionNames: readonly string[], gates: number) {
    super(options, [...cellSettingNames, ...ownOptionNames])
    const op = this.className
    this.units = checkNumber(op, 'units', options.units, 'positiveInteger')
    this.activation = activations.get(options.activation === undefined ? 'tanh' : options.activation)
    this.useBias = checkBoolean(op, 'useBias', options.useBias ?? true)
    this.dropout = checkNumber(op, 'dropout', options.dropout ?? 0, 'unitInterval')
    this.recurrentDropout = checkNumber(op, 'recurrentDropout', options.recurrentDropout ?? 0, 'unitInterval')
    this.seed = options.seed ?? null
    this.kernelSettings = weightSettings('kernel', options, 'glorotUniform')
    this.recurrentSettings = weightSettings('recurrent', options, 'orthogonal')
    this.biasSettings = weightSettings('bias', options, 'zeros')
    this.gates = gates
    this.#generator = layerGenerator(this, this.seed)
  }

  override get stateSize(): readonly number[] {
    return [this.units]
  }

  override get outputState(): number | null {
    return 0
  }

  get kernel(): Variable | null {
    return this.#kernel
  }

  get recurrentKernel(): Variable | null {
    return this.#recurrentKernel
  }

  get bias(): Variable | null {
    return this.#bias
  }

  /** The output and the states after a step. */
  protected abstract step(x: Tensor, states: readonly Tensor[], masks: StepMasks): readonly Tensor[]

  override build([x]: readonly SymbolicShape[]): void {
    const features = x?.at(-1)
    if (typeof features !== 'number') {
      throw new ShapeError('the size of the last axis must be known', {
        op: this.className,
        received: { inputShape: x },
      })
    }
    const width = this.gates * this.units
    this.#kernel = this.addWeight({ name: 'kernel', shape: [features, width], ...this.kernelSettings })
    this.#recurrentKernel = this.addWeight({
      name: 'recurrent_kernel',
      shape: [this.units, width],
      ...this.recurrentSettings,
    })
    if (this.useBias)
      this.#bias = this.addWeight({ name: 'bias', ...this.biasSettings, ...this.biasOrigin() })
    this.inputSpec = [
      { ndim: 2, axes: { [-1]: features } },
      ...this.stateSize.map((size) => ({ ndim: 2, axes: { [-1]: size } })),
    ]
  }

  override call(
    [x, ...states]: readonly Tensor[],
    { training }: CallOptions<readonly Tensor[]>,
  ): readonly Tensor[] {
    return this.beginSequence(x!, training)(x!, states)
  }

  override beginSequence(x: Tensor, training: boolean): CellStep {
    const masks = training ? this.#drawMasks(x) : { input: [], state: [] }
    return (each, states) => this.step(each, states, masks)
  }

  /** Sequences [batch, steps, features] with what the cell drops of them in training, the same at all steps. */
  dropOfSequence(x: Tensor, training: boolean): Tensor {
    if (!training || this.dropout === 0) return x
    return dropout(x, this.dropout, { noiseShape: [null, 1, null], generator: this.#generator() })
  }

  /** The options besides those of every layer, as Keras writes them. */
  settingsConfig(): Config {
    return {
      units: this.units,
      activation: activations.serialize(this.activation),
      use_bias: this.useBias,
      ...weightConfig('kernel', this.kernelSettings),
      ...weightConfig('recurrent', this.recurrentSettings),
      ...weightConfig('bias', this.biasSettings),
      dropout: this.dropout,
      recurrent_dropout: this.recurrentDropout,
      seed: this.seed,
    }
  }

  override getConfig(): Config {
    return { ...super.getConfig(), ...this.settingsConfig() }
  }

  /** The shape of the bias, and how it begins where that is not as the options say. */
  protected biasOrigin(): {
    readonly shape: readonly number[]
    readonly initializer?: initializers.Initializer
  } {
    return { shape: [this.gates * this.units] }
  }

  /** x · kernel for all gates. */
  protected projectInput(x: Tensor, { input }: StepMasks): Tensor {
    return projectDropped(x, this.#kernel!, input)
  }

  /** h · recurrentKernel for all gates. */
  protected projectState(h: Tensor, { state }: StepMasks): Tensor {
    return projectDropped(h, this.#recurrentKernel!, state)
  }

  /** A sum with the bias, where there is one. */
  protected shift(x: Tensor, bias: Tensor | null): Tensor {
    return bias === null ? x : add(x, bias)
  }

  #drawMasks(x: Tensor): StepMasks {
    const { dropout: rate, recurrentDropout, gates, units } = this
    const [batch] = x.shape as readonly [number]
    const state = { shape: [batch, units], dtype: this.dtype, storage: x.storage }
    return {
      input: drawMasks(x, rate, recurrentDropout > 0 ? gates : 1, this.#generator),
      state: drawMasks(state, recurrentDropout, gates, this.#generator),
    }
  }
}

/** The options of {@link CellSettings} from the entries that Keras writes. */
export function readCellSettings(read: ConfigReader): CellSettings {
  return {
    units: read.integer('units'),
    activation: read.object('activation', activations.deserialize, 'tanh'),
    useBias: read.boolean('use_bias', true),
    ...readWeightSettings(read, 'kernel', 'glorot_uniform'),
    ...readWeightSettings(read, 'recurrent', 'orthogonal'),
    ...readWeightSettings(read, 'bias', 'zeros'),
    dropout: read.number('dropout', 0),
    recurrentDropout: read.number('recurrent_dropout', 0),
    seed: read.integer('seed', null),
  }
}
