/** Small layers, losses and an optimizer, so that the engine is tested apart from the real ones. */
import {
  add,
  type Config,
  type FloatDType,
  full,
  keep,
  matmul,
  mul,
  type Optimizer,
  random,
  type Shape,
  sum,
  type Tensor,
  tidy,
  type Variable,
  valueAndGrad,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import type { LossLike, MetricLike, Weighting } from '../training/contracts.ts'
import type { InitializerLike, RegularizerLike } from './contracts.ts'
import { type CallOptions, Layer } from './layer.ts'
import { type LayerOptions, readLayerOptions } from './layer-options.ts'
import type { SymbolicShape } from './symbolic-tensor.ts'

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

/** Σ (yTrue − yPred)² of a row, then the mean over rows, with weights and a mask. */
export class SquaredError implements LossLike {
  readonly name: string = 'squared_error'
  apply(yTrue: Tensor, yPred: Tensor, { sampleWeight, mask }: Weighting = {}): Tensor {
    const difference = add(yTrue, mul(yPred, -1))
    let errors = sum(mul(difference, difference), { axis: -1 })
    if (sampleWeight !== undefined) errors = mul(errors, sampleWeight)
    if (mask !== undefined) errors = mul(errors, mask)
    return mul(sum(errors), 1 / errors.size)
  }
  getConfig(): Config {
    return {}
  }
}

/** Counts samples (or their weights) on the device. */
export class SampleCount implements MetricLike {
  readonly name: string
  #count: Tensor | null = null
  constructor(name = 'count') {
    this.name = name
  }
  updateState(yTrue: Tensor, _yPred: Tensor, { sampleWeight, mask }: Weighting = {}): void {
    const added = tidy(() => {
      const weights = sampleWeight ?? full([yTrue.shape[0]!], 1)
      const counted = sum(mask === undefined ? weights : mul(weights, mask))
      return this.#count === null ? counted : add(this.#count, counted)
    })
    this.#count?.dispose()
    this.#count = keep(added)
  }
  result(): Tensor {
    return mul(this.#count!, 1)
  }
  resetState(): void {
    this.#count?.dispose()
    this.#count = null
  }
  dispose(): void {
    this.resetState()
  }
  getConfig(): Config {
    return {}
  }
}

/** w ← w − learningRate · g. */
export class PlainSGD implements Optimizer {
  readonly className: string = 'PlainSGD'
  learningRate: number
  iterations = 0
  readonly variables: readonly Variable[] = []
  constructor(learningRate = 0.1) {
    this.learningRate = learningRate
  }
  build(): void {}
  apply(gradients: readonly (Tensor | null)[], variables: readonly Variable[]): void {
    tidy(() => {
      variables.forEach((weight, i) => {
        const gradient = gradients[i]
        if (gradient) weight.assign(add(weight, mul(gradient, -this.learningRate)))
      })
    })
    this.iterations++
  }
  minimize(loss: () => Tensor, variables: readonly Variable[]): Tensor {
    const { value, grads } = valueAndGrad(loss)(variables)
    this.apply(grads, variables)
    return value
  }
  getConfig(): Config {
    return { learning_rate: this.learningRate }
  }
  restore(iterations: number): void {
    this.iterations = iterations
  }
  dispose(): void {}
}
