import {
  ArgumentError,
  add,
  type Config,
  type DataFormat,
  type PerAxis,
  reshape,
  ShapeError,
  type Tensor,
  type Variable,
} from '@tapegrad/core'
import * as activations from '../activations/index.ts'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkOneOf } from '../saving/option-values.ts'
import {
  channelAxis,
  checkDataFormat,
  checkPerAxis,
  countWindows,
  knownChannels,
  readDataFormat,
  readIntegers,
  replaceSides,
  type SpatialRank,
  wireDataFormat,
} from './spatial-options.ts'
import {
  readWeightSettings,
  type WeightSettingOptions,
  type WeightSettings,
  weightConfig,
  weightSettingNames,
  weightSettings,
} from './weight-settings.ts'

export type ConvPadding = 'valid' | 'same' | 'causal'

/** What is around the input of a convolution along several axes. */
export const paddings = ['valid', 'same'] as const

/** What is around the input of a convolution along one axis. */
export const paddings1D = ['valid', 'same', 'causal'] as const

/** How a kernel moves over an input. */
interface ConvMoves<P> {
  readonly strides: readonly number[]
  readonly padding: P
  readonly dilationRate: readonly number[]
  readonly dataFormat: DataFormat
}

/** What the layers of all convolutions are told. */
export interface BaseConvOptions extends LayerOptions, WeightSettingOptions<'bias'> {
  /** The sizes of the kernel: one for all spatial axes, or one for each. */
  readonly kernelSize: PerAxis
  /** How far the kernel moves from one output to the next. Default: 1. */
  readonly strides?: PerAxis
  /** Where the channels are. Default: `channelsLast`. */
  readonly dataFormat?: DataFormat
  /** From one element that the kernel reads to the next; above 1 only with strides of 1. Default: 1. */
  readonly dilationRate?: PerAxis
  /** Applied to the result. Default: none. */
  readonly activation?: activations.ActivationIdentifier | null
  /** Whether a bias is added to each channel. Default: true. */
  readonly useBias?: boolean
}

const optionNames: readonly string[] = [
  'kernelSize',
  'strides',
  'padding',
  'dataFormat',
  'dilationRate',
  'activation',
  'useBias',
]

/** What the layers of all convolutions share: a kernel that moves along one, two or three axes, a bias, an activation. */
export abstract class BaseConv<P extends ConvPadding> extends Layer {
  readonly spatial: SpatialRank
  readonly kernelSize: readonly number[]
  readonly strides: readonly number[]
  readonly padding: P
  readonly dataFormat: DataFormat
  readonly dilationRate: readonly number[]
  readonly activation: activations.Activation
  readonly useBias: boolean
  readonly biasSettings: WeightSettings
  #bias: Variable | null = null

  constructor(
    spatial: SpatialRank,
    options: BaseConvOptions & { readonly padding?: P },
    paddings: readonly P[],
    ownOptionNames: readonly string[],
  ) {
    super(options, [...optionNames, ...weightSettingNames('bias'), ...ownOptionNames])
    const op = this.className
    this.spatial = spatial
    this.kernelSize = checkPerAxis(op, 'kernelSize', options.kernelSize, spatial)
    this.strides = checkPerAxis(op, 'strides', options.strides ?? 1, spatial)
    this.padding = checkOneOf<ConvPadding>(op, 'padding', options.padding ?? 'valid', paddings) as P
    this.dataFormat = checkDataFormat(op, options.dataFormat ?? 'channelsLast')
    this.dilationRate = checkPerAxis(op, 'dilationRate', options.dilationRate ?? 1, spatial)
    this.activation = activations.get(options.activation ?? null)
    this.useBias = checkBoolean(op, 'useBias', options.useBias ?? true)
    this.biasSettings = weightSettings('bias', options, 'zeros')
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1) {
      throw new ArgumentError('strides and dilationRate are both above 1', {
        op,
        received: { strides: options.strides, dilationRate: options.dilationRate },
        expected: 'one of them to be 1',
      })
    }
    this.inputSpec = { ndim: spatial + 2 }
  }

  get bias(): Variable | null {
    return this.#bias
  }

  /** The options of the op that moves the kernel. */
  protected get moves(): ConvMoves<P> {
    const { strides, padding, dilationRate, dataFormat } = this
    return { strides, padding, dilationRate, dataFormat }
  }

  /** Makes the kernels for inputs of this many channels. */
  protected abstract buildKernels(channels: number): void

  /** The convolution itself. */
  protected abstract convolve(x: Tensor): Tensor

  /** How many channels the output has; null where it depends on an unknown number of the input's. */
  protected abstract outputChannels(inputChannels: number | null): number | null

  override build(inputShape: SymbolicShape): void {
    const channels = knownChannels(this.className, inputShape, this.dataFormat)
    // A kernel that does not fit is found before there are weights.
    this.computeOutputShape(inputShape)
    this.buildKernels(channels)
    if (this.useBias) {
      const shape = [this.outputChannels(channels)!]
      this.#bias = this.addWeight({ name: 'bias', shape, ...this.biasSettings })
    }
    this.inputSpec = { ndim: this.spatial + 2, axes: { [channelAxis(this.dataFormat)]: channels } }
  }

  override call(x: Tensor): Tensor {
    const convolved = this.convolve(x)
    const bias = this.#bias
    if (bias === null) return this.activation(convolved)
    const shape = [bias.size, ...new Array<number>(this.spatial).fill(1)]
    return this.activation(add(convolved, this.dataFormat === 'channelsLast' ? bias : reshape(bias, shape)))
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return replaceSides(
      inputShape,
      this.dataFormat,
      (length, i) => {
        const side = this.outputLength(length, i)
        // Of nothing there is nothing.
        if (side === null || side > 0 || length === 0) return side === null ? null : Math.max(0, side)
        throw new ShapeError('the kernel is larger than the input', {
          op: this.className,
          received: { inputShape, kernelSize: this.kernelSize, dilationRate: this.dilationRate },
          hint: "padding: 'same' has an output for every input",
        })
      },
      (channels) => this.outputChannels(channels),
    )
  }

  /** The size of the output along spatial axis i. */
  protected outputLength(length: number | null, i: number): number | null {
    return countWindows(length, this.spanAlong(i), this.strides[i]!, this.padding)
  }

  /** How many elements the kernel spans along spatial axis i, gaps included. */
  protected spanAlong(i: number): number {
    return (this.kernelSize[i]! - 1) * this.dilationRate[i]! + 1
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      kernel_size: this.kernelSize,
      strides: this.strides,
      padding: this.padding,
      data_format: wireDataFormat(this.dataFormat),
      dilation_rate: this.dilationRate,
      activation: activations.serialize(this.activation),
      use_bias: this.useBias,
      ...weightConfig('bias', this.biasSettings),
      // Keras writes it here even where there is none.
      ...(this.activityRegularizer === null ? { activity_regularizer: null } : {}),
    }
  }
}

/** What the configs of all convolutions have in common. */
export function readBaseConv<const P extends ConvPadding>(
  read: ConfigReader,
  paddings: readonly P[],
): BaseConvOptions & { readonly padding: P } {
  return {
    ...readLayerOptions(read),
    kernelSize: readIntegers(read, 'kernel_size'),
    strides: readIntegers(read, 'strides', 1),
    padding: read.oneOf<ConvPadding>('padding', paddings, 'valid') as P,
    dataFormat: readDataFormat(read),
    dilationRate: readIntegers(read, 'dilation_rate', 1),
    activation: read.object('activation', activations.deserialize, null),
    useBias: read.boolean('use_bias', true),
    ...readWeightSettings(read, 'bias', 'zeros'),
  }
}
