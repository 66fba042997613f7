import {
  type Config,
  mul,
  type Optimizer,
  sub,
  type Tensor,
  tidy,
  type Variable,
  valueAndGrad,
} from '@tapegrad/core'

/** The plainest optimizer, for tests of layers: w ← w − lr·g, without any state. */
export function plainDescent(learningRate = 0.1): Optimizer {
  let iterations = 0
  const optimizer: Optimizer = {
    className: 'PlainDescent',
    learningRate,
    variables: [],
    get iterations() {
      return iterations
    },
    build: () => {},
    apply: (gradients, variables) => {
      tidy(() =>
        variables.forEach((variable, i) => step(variable, gradients[i] ?? null, optimizer.learningRate)),
      )
      iterations++
    },
    minimize: (loss, variables) => {
      const { value, grads } = valueAndGrad(loss)(variables)
      optimizer.apply(grads, variables)
      for (const gradient of grads) gradient.dispose()
      return value
    },
    getConfig: (): Config => ({ learning_rate: optimizer.learningRate }),
    restore: (count) => {
      iterations = count
    },
    dispose: () => {},
  }
  return optimizer
}

function step(variable: Variable, gradient: Tensor | null, learningRate: number): void {
  if (gradient !== null) variable.assign(sub(variable, mul(gradient, learningRate)))
  if (variable.constraint !== null) variable.assign(variable.constraint(variable))
}
