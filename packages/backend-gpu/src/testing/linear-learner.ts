import {
  type Backend,
  matmul,
  mean,
  mul,
  square,
  sub,
  type Tensor,
  tanh,
  tensor,
  tidy,
  valueAndGrad,
  variable,
} from '@tapegrad/core'

/** A perceptron with one hidden layer that learns a fixed table by gradient descent. */
export interface Learner {
  /** The losses before each step; they are read all at once at the end. */
  train(steps: number): Promise<number[]>
  /** Copies of the weights on another backend. */
  weightsOn(backend: Backend): Promise<Tensor[]>
  dispose(): void
}

const [rows, inputs, hidden, outputs] = [16, 5, 8, 3]

export function linearLearner(backend: Backend, from?: readonly Tensor[]): Learner {
  const made = from ?? [table([inputs, hidden], 1, backend), table([hidden, outputs], 2, backend)]
  const variables = made.map((value) => variable(value))
  for (const value of made) value.dispose()
  const [x, y] = [table([rows, inputs], 3, backend), table([rows, outputs], 4, backend)]
  const loss = (a: Tensor, b: Tensor): Tensor => mean(square(sub(matmul(tanh(matmul(x, a)), b), y)))

  function step(): Tensor {
    const { value, grads } = valueAndGrad(loss)(variables[0]!, variables[1]!)
    tidy(() => variables.forEach((weights, i) => weights.assign(sub(weights, mul(grads[i]!, 0.1)))))
    for (const grad of grads) grad.dispose()
    return value
  }

  return {
    async train(steps) {
      const losses: number[] = []
      for (let done = 0; done < steps; done += 50) {
        const values = Array.from({ length: Math.min(50, steps - done) }, step)
        for (const value of await Promise.all(values.map((each) => each.data()))) losses.push(value[0]!)
        for (const value of values) value.dispose()
      }
      return losses
    },
    weightsOn: (other) => Promise.all(variables.map((weights) => weights.to(other))),
    dispose: () => {
      for (const each of [...variables, x, y]) each.dispose()
    },
  }
}

/** Numbers between −1 and 1 that look like chance. */
function table(shape: readonly [number, number], seed: number, backend: Backend): Tensor {
  const values = Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(seed * 1000 + i * i))
  return tensor(values, { shape, dtype: 'float32', backend })
}
