/** Small layers, so that the engine is tested apart from the real ones. */
import {
  add,
  type Config,
  type FloatDType,
  full,
  matmul,
  mul,
  random,
  type Shape,
  sum,
  type Tensor,
  type Variable,
} from '@tapegrad/core'
import type { InitializerLike, RegularizerLike } from '../engine/contracts.ts'
import { type CallOptions, Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'

type CreateOptions = { readonly dtype?: FloatDType }

export class ConstantStart implements InitializerLike {
  static readonly className: string = 'ConstantStart'
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
  apply(shape: Shape, options: CreateOptions = {}): Tensor {
    return full(shape, this.value, options)
  }
  getConfig(): Config {
    return { value: this.value }
  }
}

export class SeededStart implements InitializerLike {
  readonly #generator: random.Generator
  constructor(seed: number) {
    this.#generator = new random.Generator(seed)
  }
  apply(shape: Shape, options: CreateOptions = {}): Tensor {
    return random.uniform(shape, { ...options, min: -1, max: 1, generator: this.#generator })
  }
  getConfig(): Config {
    return {}
  }
}

/** factor · Σ x². */
export class SquarePenalty implements RegularizerLike {
  static readonly className: string = 'SquarePenalty'
  readonly factor: number
  constructor(factor: number) {
    this.factor = factor
  }
  static fromConfig(config: Config): SquarePenalty {
    return new SquarePenalty(new ConfigReader('SquarePenalty', config).number('factor'))
  }
  apply(x: Tensor): Tensor {
    return mul(sum(mul(x, x)), this.factor)
  }
  getConfig(): Config {
    return { factor: this.factor }
  }
}

export interface AffineOptions extends LayerOptions {
  readonly units: number
  readonly start?: InitializerLike
  readonly penalty?: RegularizerLike
}

/** x · kernel + bias. */
export class Affine extends Layer {
  static override readonly className: string = 'Affine'
  readonly units: number
  readonly start: InitializerLike
  readonly penalty: RegularizerLike | null
  kernel!: Variable
  bias!: Variable
  constructor(options: AffineOptions) {
    super(options, ['units', 'start', 'penalty'])
    this.units = options.units
    this.start = options.start ?? new ConstantStart(0.5)
    this.penalty = options.penalty ?? null
    this.supportsMasking = true
  }
  static fromConfig(config: Config): Affine {
    const read = new ConfigReader('Affine', config)
    const options = { ...readLayerOptions(read), units: read.integer('units') }
    read.done()
    return new Affine(options)
  }
  override build(inputShape: SymbolicShape): void {
    const width = inputShape.at(-1)!
    this.inputSpec = { minNdim: 2, axes: { [-1]: width } }
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [width, this.units],
      initializer: this.start,
      regularizer: this.penalty,
    })
    this.bias = this.addWeight({ name: 'bias', shape: [this.units], initializer: new ConstantStart(0) })
  }
  override call(x: Tensor): Tensor {
    return add(matmul(x, this.kernel), this.bias)
  }
  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return [...inputShape.slice(0, -1), this.units]
  }
  override getConfig(): Config {
    return { ...super.getConfig(), units: this.units }
  }
}

/** A function without weights, which notes what it was told. */
export class Apply extends Layer {
  static override readonly className: string = 'Apply'
  readonly f: (x: Tensor, options: CallOptions) => Tensor
  readonly told: boolean[] = []
  constructor(f: (x: Tensor, options: CallOptions) => Tensor, options: LayerOptions = {}) {
    super(options)
    this.f = f
  }
  override call(x: Tensor, options: CallOptions): Tensor {
    this.told.push(options.training)
    return this.f(x, options)
  }
}
