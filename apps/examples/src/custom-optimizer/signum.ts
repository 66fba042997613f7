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

export interface SignumOptions extends OptimizerOptions {
  /** How much the mean of the gradients keeps of the past, from 0 to 1. Default: 0.9. */
  readonly momentum?: number
}

/**
 * Steps of one size in the direction of the sign of the mean gradient.
 *
 * m ← μ·m + (1 − μ)·g, w ← w − lr · sign(m).
 *
 * @see https://arxiv.org/abs/1802.04434
 */
export class Signum extends OptimizerBase {
  static readonly className = 'Signum' as const
  readonly className: string = Signum.className
  readonly momentum: number
  #means: readonly Variable[] = []

  constructor(options: SignumOptions = {}) {
    super('Signum', options, { learningRate: 0.001, name: 'signum' }, ['momentum'])
    const { momentum = 0.9 } = options
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new ArgumentError('momentum is not a number from 0 to 1', {
        op: 'Signum',
        received: { momentum },
      })
    }
    this.momentum = momentum
  }

  static fromConfig(config: Config, customObjects: Readonly<Record<string, unknown>> = {}): Signum {
    const keys = { momentum: 'momentum' } as const
    return new Signum(optionsFromConfig<SignumOptions>('Signum', config, keys, customObjects))
  }

  override getConfig(): Config {
    return { ...super.getConfig(), momentum: this.momentum }
  }

  protected override buildSlots(variables: readonly Variable[]): Variable[] {
    const means = this.makeSlots(variables, 'momentum')
    this.#means = means
    return means
  }

  // Runs in a scope of its own: tensors made here are disposed.
  protected override update(gradient: Tensor, variable: Variable, index: number, learningRate: number): void {
    const mean = this.#means[index]!
    mean.assign(add(mul(mean, this.momentum), mul(gradient, 1 - this.momentum)))
    variable.assign(sub(variable, mul(sign(mean), learningRate)))
  }
}
