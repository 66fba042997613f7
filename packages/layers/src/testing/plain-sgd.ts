import {
  add,
  type Config,
  mul,
  type Optimizer,
  type Tensor,
  tidy,
  type Variable,
  valueAndGrad,
  variable,
  zerosLike,
} from '@tapegrad/core'

/** A small optimizer for tests of layers and training: v ← momentum · v + g, w ← w − learningRate · v. */
export class PlainSGD implements Optimizer {
  static readonly className: string = 'PlainSGD'
  readonly className: string = 'PlainSGD'
  learningRate: number
  readonly momentum: number
  iterations = 0
  variables: readonly Variable[] = []

  constructor(learningRate = 0.1, momentum = 0) {
    this.learningRate = learningRate
    this.momentum = momentum
  }

  static fromConfig(config: Config): PlainSGD {
    return new PlainSGD(Number(config['learning_rate']), Number(config['momentum']))
  }

  build(variables: readonly Variable[]): void {
    if (this.momentum === 0 || this.variables.length > 0) return
    this.variables = tidy(() => variables.map((weight) => variable(zerosLike(weight), { name: weight.name })))
  }

  apply(gradients: readonly (Tensor | null)[], variables: readonly Variable[]): void {
    this.build(variables)
    tidy(() => {
      variables.forEach((weight, i) => {
        const gradient = gradients[i] ?? null
        if (gradient !== null) {
          const step = this.variables[i]?.assign(add(mul(this.variables[i]!, this.momentum), gradient))
          weight.assign(add(weight, mul(step ?? gradient, -this.learningRate)))
        }
        if (weight.constraint !== null) weight.assign(weight.constraint(weight))
      })
    })
    this.iterations++
  }

  minimize(loss: () => Tensor, variables: readonly Variable[]): Tensor {
    const { value, grads } = valueAndGrad(loss)(variables)
    this.apply(grads, variables)
    for (const gradient of grads) gradient.dispose()
    return value
  }

  getConfig(): Config {
    return { learning_rate: this.learningRate, momentum: this.momentum }
  }

  restore(iterations: number, values: readonly Tensor[]): void {
    this.variables.forEach((each, i) => each.assign(values[i]!))
    this.iterations = iterations
  }

  dispose(): void {
    for (const each of this.variables) each.dispose()
  }
}
