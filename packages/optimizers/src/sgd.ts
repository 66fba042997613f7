import { add, type Config, mul, sgdKernel, sub, type Tensor, type Variable } from '@tapegrad/core'
import { fusedStep } from './fused-step.ts'
import { OptimizerBase, type OptimizerOptions } from './optimizer-base.ts'
import { checkBoolean, checkUnitInterval, optionsFromConfig } from './options.ts'

export interface SGDOptions extends OptimizerOptions {
  /** The part of the last step that the next one keeps, from 0 to 1. Default: 0. */
  readonly momentum?: number
  /** Whether to look ahead along the momentum (Nesterov). Default: false. */
  readonly nesterov?: boolean
}

/**
 * Stochastic gradient descent, with momentum where asked for.
 *
 * w ← w − lr·g; with momentum μ: m ← μ·m − lr·g and w ← w + m, or with Nesterov's look-ahead w ← w + μ·m − lr·g.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/sgd/
 * @example
 * ```ts
 * const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9 })
 * optimizer.minimize(() => sum(square(w)), [w])
 * ```
 */
export class SGD extends OptimizerBase {
  static readonly className = 'SGD' as const
  readonly className: string = SGD.className
  readonly momentum: number
  readonly nesterov: boolean
  #velocities: readonly Variable[] = []

  constructor(options: SGDOptions = {}) {
    super('SGD', options, { learningRate: 0.01, name: 'sgd' }, ['momentum', 'nesterov'])
    this.momentum = checkUnitInterval('SGD', 'momentum', options.momentum ?? 0)
    this.nesterov = checkBoolean('SGD', 'nesterov', options.nesterov ?? false)
  }

  static fromConfig(config: Config): SGD {
    return new SGD(
      optionsFromConfig<SGDOptions>('SGD', config, { momentum: 'momentum', nesterov: 'nesterov' }),
    )
  }

  override getConfig(): Config {
    return { ...super.getConfig(), momentum: this.momentum, nesterov: this.nesterov }
  }

  protected override buildSlots(variables: readonly Variable[]): Variable[] {
    if (this.momentum === 0) return []
    const velocities = this.makeSlots(variables, 'momentum')
    this.#velocities = velocities
    return velocities
  }

  protected override updateFused(
    gradient: Tensor,
    variable: Variable,
    index: number,
    learningRate: number,
    decay: number,
  ): boolean {
    const fused = fusedStep(sgdKernel, gradient, variable)
    if (fused === undefined) return false
    const { momentum, nesterov } = this
    fused.kernel(fused.gradient, variable.prepareWrite(), this.#velocities[index]?.prepareWrite() ?? null, {
      learningRate,
      momentum,
      nesterov,
      decay,
    })
    return true
  }

  protected override update(gradient: Tensor, variable: Variable, index: number, learningRate: number): void {
    const step = mul(gradient, learningRate)
    if (this.momentum === 0) {
      variable.assign(sub(variable, step))
      return
    }
    const velocity = this.#velocities[index]!
    velocity.assign(sub(mul(velocity, this.momentum), step))
    const move = this.nesterov ? sub(mul(velocity, this.momentum), step) : velocity
    variable.assign(add(variable, move))
  }
}
