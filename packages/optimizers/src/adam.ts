import {
  adamKernel,
  add,
  type Config,
  div,
  maximum,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
  type Variable,
} from '@tapegrad/core'
import { fusedStep } from './fused-step.ts'
import { OptimizerBase, type OptimizerOptions } from './optimizer-base.ts'
import { checkBoolean, checkNonNegative, checkUnitInterval, optionsFromConfig } from './options.ts'

export interface AdamOptions extends OptimizerOptions {
  /** How slowly the mean of the gradients moves. Default: 0.9. */
  readonly beta1?: number
  /** How slowly the mean of the squared gradients moves. Default: 0.999. */
  readonly beta2?: number
  /** Added to the root, before the bias is corrected ("epsilon hat" in the paper). Default: 1e-7. */
  readonly epsilon?: number
  /** Whether to divide by the largest mean of squares so far. Default: false. */
  readonly amsgrad?: boolean
}

/**
 * Adam: steps from moving means of the gradients and of their squares.
 *
 * m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), w ← w − α·m / (√v + ε), where α = lr·√(1 − β₂ᵗ) / (1 − β₁ᵗ) in
 * step t. With AMSGrad √v is replaced by its largest value so far.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/adam/
 * @see https://arxiv.org/abs/1412.6980
 * @example
 * ```ts
 * const optimizer = new Adam({ learningRate: 1e-3 })
 * ```
 */
export class Adam extends OptimizerBase {
  static readonly className = 'Adam' as const
  readonly className: string = Adam.className
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly amsgrad: boolean
  #means: readonly Variable[] = []
  #meanSquares: readonly Variable[] = []
  #largest: readonly Variable[] = []

  constructor(options: AdamOptions = {}) {
    super('Adam', options, { learningRate: 0.001, name: 'adam' }, ['beta1', 'beta2', 'epsilon', 'amsgrad'])
    this.beta1 = checkUnitInterval('Adam', 'beta1', options.beta1 ?? 0.9)
    this.beta2 = checkUnitInterval('Adam', 'beta2', options.beta2 ?? 0.999)
    this.epsilon = checkNonNegative('Adam', 'epsilon', options.epsilon ?? 1e-7)
    this.amsgrad = checkBoolean('Adam', 'amsgrad', options.amsgrad ?? false)
  }

  static fromConfig(config: Config): Adam {
    const keys = { beta_1: 'beta1', beta_2: 'beta2', epsilon: 'epsilon', amsgrad: 'amsgrad' } as const
    return new Adam(optionsFromConfig<AdamOptions>('Adam', config, keys))
  }

  override getConfig(): Config {
    const { beta1, beta2, epsilon, amsgrad } = this
    return { ...super.getConfig(), beta_1: beta1, beta_2: beta2, epsilon, amsgrad }
  }

  protected override buildSlots(variables: readonly Variable[]): Variable[] {
    this.#means = this.makeSlots(variables, 'momentum')
    this.#meanSquares = this.makeSlots(variables, 'velocity')
    this.#largest = this.amsgrad ? this.makeSlots(variables, 'velocity_hat') : []
    return [...this.#means, ...this.#meanSquares, ...this.#largest]
  }

  protected override updateFused(
    gradient: Tensor,
    variable: Variable,
    index: number,
    learningRate: number,
    decay: number,
  ): boolean {
    const fused = fusedStep(adamKernel, gradient, variable)
    if (fused === undefined) return false
    const { beta1, beta2, epsilon } = this
    fused.kernel(
      fused.gradient,
      variable.prepareWrite(),
      this.#means[index]!.prepareWrite(),
      this.#meanSquares[index]!.prepareWrite(),
      this.#largest[index]?.prepareWrite() ?? null,
      { alpha: this.#correctedRate(learningRate), beta1, beta2, epsilon, decay },
    )
    return true
  }

  protected override update(gradient: Tensor, variable: Variable, index: number, learningRate: number): void {
    const alpha = this.#correctedRate(learningRate)
    const mean = this.#means[index]!
    const meanSquare = this.#meanSquares[index]!
    mean.assign(moveToward(mean, gradient, 1 - this.beta1))
    meanSquare.assign(moveToward(meanSquare, square(gradient), 1 - this.beta2))
    const scale = this.amsgrad ? this.#growLargest(meanSquare, index) : meanSquare
    variable.assign(sub(variable, div(mul(mean, alpha), add(sqrt(scale), this.epsilon))))
  }

  #correctedRate(learningRate: number): number {
    const t = this.iterations + 1
    return (learningRate * Math.sqrt(1 - this.beta2 ** t)) / (1 - this.beta1 ** t)
  }

  #growLargest(meanSquare: Variable, index: number): Variable {
    const largest = this.#largest[index]!
    largest.assign(maximum(largest, meanSquare))
    return largest
  }
}

function moveToward(mean: Tensor, value: Tensor, fraction: number): Tensor {
  return add(mean, mul(sub(value, mean), fraction))
}
