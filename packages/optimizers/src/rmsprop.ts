import {
  add,
  type Config,
  div,
  mul,
  rmspropKernel,
  sqrt,
  square,
  sub,
  type Tensor,
  type Variable,
} from '@tapegrad/core'
import { fusedStep } from './fused-step.ts'
import { OptimizerBase, type OptimizerOptions } from './optimizer-base.ts'
import { checkBoolean, checkNonNegative, checkUnitInterval, optionsFromConfig } from './options.ts'

export interface RMSpropOptions extends OptimizerOptions {
  /** How slowly the mean of squared gradients moves, from 0 to 1. Default: 0.9. */
  readonly rho?: number
  /** The part of the last step that the next one keeps. Default: 0. */
  readonly momentum?: number
  /** Added under the root. Default: 1e-7. */
  readonly epsilon?: number
  /** Whether to divide by the variance of the gradients instead of their mean square. Default: false. */
  readonly centered?: boolean
}

/**
 * RMSprop: steps divided by the root of a moving mean of squared gradients.
 *
 * v ← ρ·v + (1 − ρ)·g², d = v (centered: v − a², with a ← ρ·a + (1 − ρ)·g), step = lr·g / √(d + ε), and with
 * momentum μ: m ← μ·m + step, w ← w − m.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/rmsprop/
 * @see https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
 * @example
 * ```ts
 * const optimizer = new RMSprop({ learningRate: 1e-3 })
 * ```
 */
export class RMSprop extends OptimizerBase {
  static readonly className = 'RMSprop' as const
  readonly className: string = RMSprop.className
  readonly rho: number
  readonly momentum: number
  readonly epsilon: number
  readonly centered: boolean
  #meanSquares: readonly Variable[] = []
  #means: readonly Variable[] = []
  #velocities: readonly Variable[] = []

  constructor(options: RMSpropOptions = {}) {
    super('RMSprop', options, { learningRate: 0.001, name: 'rmsprop' }, [
      'rho',
      'momentum',
      'epsilon',
      'centered',
    ])
    this.rho = checkUnitInterval('RMSprop', 'rho', options.rho ?? 0.9)
    this.momentum = checkUnitInterval('RMSprop', 'momentum', options.momentum ?? 0)
    this.epsilon = checkNonNegative('RMSprop', 'epsilon', options.epsilon ?? 1e-7)
    this.centered = checkBoolean('RMSprop', 'centered', options.centered ?? false)
  }

  static fromConfig(config: Config): RMSprop {
    const keys = { rho: 'rho', momentum: 'momentum', epsilon: 'epsilon', centered: 'centered' } as const
    return new RMSprop(optionsFromConfig<RMSpropOptions>('RMSprop', config, keys))
  }

  override getConfig(): Config {
    const { rho, momentum, epsilon, centered } = this
    return { ...super.getConfig(), rho, momentum, epsilon, centered }
  }

  protected override buildSlots(variables: readonly Variable[]): Variable[] {
    this.#meanSquares = this.makeSlots(variables, 'velocity')
    this.#velocities = this.momentum > 0 ? this.makeSlots(variables, 'momentum') : []
    this.#means = this.centered ? this.makeSlots(variables, 'average_gradient') : []
    return [...this.#meanSquares, ...this.#velocities, ...this.#means]
  }

  protected override updateFused(
    gradient: Tensor,
    variable: Variable,
    index: number,
    learningRate: number,
    decay: number,
  ): boolean {
    const fused = fusedStep(rmspropKernel, gradient, variable)
    if (fused === undefined) return false
    const { rho, momentum, epsilon } = this
    fused.kernel(
      fused.gradient,
      variable.prepareWrite(),
      this.#meanSquares[index]!.prepareWrite(),
      this.#velocities[index]?.prepareWrite() ?? null,
      this.#means[index]?.prepareWrite() ?? null,
      { learningRate, rho, momentum, epsilon, decay },
    )
    return true
  }

  protected override update(gradient: Tensor, variable: Variable, index: number, learningRate: number): void {
    const meanSquare = this.#meanSquares[index]!
    meanSquare.assign(movingMean(meanSquare, square(gradient), this.rho))
    const step = div(mul(gradient, learningRate), sqrt(add(this.#denominator(gradient, index), this.epsilon)))
    if (this.momentum === 0) {
      variable.assign(sub(variable, step))
      return
    }
    const velocity = this.#velocities[index]!
    velocity.assign(add(mul(velocity, this.momentum), step))
    variable.assign(sub(variable, velocity))
  }

  #denominator(gradient: Tensor, index: number): Tensor {
    if (!this.centered) return this.#meanSquares[index]!
    const mean = this.#means[index]!
    mean.assign(movingMean(mean, gradient, this.rho))
    return sub(this.#meanSquares[index]!, square(mean))
  }
}

function movingMean(mean: Tensor, value: Tensor, rho: number): Tensor {
  return add(mul(mean, rho), mul(value, 1 - rho))
}
