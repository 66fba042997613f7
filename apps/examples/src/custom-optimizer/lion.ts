import {
  ArgumentError,
  add,
  type Config,
  mul,
  OptimizerBase,
  type OptimizerOptions,
  optionsFromConfig,
  sign,
  sub,
  type Tensor,
  type Variable,
} from 'tapegrad'

export interface LionOptions extends OptimizerOptions {
  /** How much of the step's direction the past decides, from 0 to 1. Default: 0.9. */
  readonly beta1?: number
  /** How slowly the momentum forgets, from 0 to 1. Default: 0.99. */
  readonly beta2?: number
}

/**
 * Steps of one size in the direction of the sign.
 *
 * w ← w − lr · sign(β₁·m + (1 − β₁)·g), then m ← β₂·m + (1 − β₂)·g.
 *
 * @see https://arxiv.org/abs/2302.06675
 */
export class Lion extends OptimizerBase {
  static readonly className = 'Lion' as const
  readonly className: string = Lion.className
  readonly beta1: number
  readonly beta2: number
  #momentums: readonly Variable[] = []

  constructor(options: LionOptions = {}) {
    super('Lion', options, { learningRate: 0.001, name: 'lion' }, ['beta1', 'beta2'])
    const { beta1 = 0.9, beta2 = 0.99 } = options
    for (const [name, value] of Object.entries({ beta1, beta2 })) {
      if (value >= 0 && value <= 1) continue
      throw new ArgumentError(`${name} is not a number from 0 to 1`, {
        op: 'Lion',
        received: { [name]: value },
      })
    }
    this.beta1 = beta1
    this.beta2 = beta2
  }

  static fromConfig(config: Config): Lion {
    return new Lion(optionsFromConfig<LionOptions>('Lion', config, { beta_1: 'beta1', beta_2: 'beta2' }))
  }

  override getConfig(): Config {
    return { ...super.getConfig(), beta_1: this.beta1, beta_2: this.beta2 }
  }

  protected override buildSlots(variables: readonly Variable[]): Variable[] {
    const momentums = this.makeSlots(variables, 'momentum')
    this.#momentums = momentums
    return momentums
  }

  // Runs in a scope of its own: tensors made here are disposed.
  protected override update(gradient: Tensor, variable: Variable, index: number, learningRate: number): void {
    const momentum = this.#momentums[index]!
    const direction = sign(mix(momentum, gradient, this.beta1))
    variable.assign(sub(variable, mul(direction, learningRate)))
    momentum.assign(mix(momentum, gradient, this.beta2))
  }
}

/** A weighted mean. */
function mix(past: Tensor, present: Tensor, weightOfPast: number): Tensor {
  return add(mul(past, weightOfPast), mul(present, 1 - weightOfPast))
}
