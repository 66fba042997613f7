import {
  add,
  lstm,
  matmul,
  mean,
  relu,
  sparseSoftmaxCrossEntropyWithLogits,
  square,
  sub,
  tensor,
  tidy,
  variable,
  zeros,
} from '@tapegrad/core'
import { Adam } from '@tapegrad/optimizers'

/** The training step of W3, which gives the loss. */
export function mlpCase({ batch, sizes, x, labels, kernels }) {
  const rows = tensor(x, { shape: [batch, sizes[0]] })
  const wanted = tensor(labels, { shape: [batch] })
  const layers = kernels.map((values, i) => ({
    kernel: weight(values, [sizes[i], sizes[i + 1]]),
    bias: weight(0, [sizes[i + 1]]),
  }))
  const loss = () => {
    const logits = layers.reduce((h, { kernel, bias }, i) => {
      const sums = add(matmul(h, kernel), bias)
      return i < layers.length - 1 ? relu(sums) : sums
    }, rows)
    return mean(sparseSoftmaxCrossEntropyWithLogits(logits, wanted))
  }
  const variables = layers.flatMap(({ kernel, bias }) => [kernel, bias])
  return trainingCase(loss, variables, [rows, wanted])
}

/** The training step of W5, which gives the loss. */
export function lstmCase({ batch, time, features, units, ...given }) {
  const x = tensor(given.x, { shape: [batch, time, features] })
  const y = tensor(given.y, { shape: [batch, 1] })
  const weights = {
    kernel: weight(given.kernel, [features, 4 * units]),
    recurrentKernel: weight(given.recurrentKernel, [units, 4 * units]),
    bias: weight(0, [4 * units]),
  }
  const last = weight(given.last, [units, 1])
  const bias = weight(0, [1])
  const loss = () => {
    const [h] = lstm(x, weights).state
    return mean(square(sub(add(matmul(h, last), bias), y)))
  }
  return trainingCase(loss, [...Object.values(weights), last, bias], [x, y])
}

function weight(values, shape) {
  return tidy(() => variable(values === 0 ? zeros(shape) : tensor(values, { shape })))
}

function trainingCase(loss, variables, inputs) {
  const optimizer = new Adam({ learningRate: 1e-3 })
  const step = () => {
    const value = optimizer.minimize(loss, variables)
    const [number] = value.dataSync()
    value.dispose()
    return number
  }
  return {
    step,
    result: () => [step(), step()],
    end: () => {
      for (const t of [...inputs, ...variables, ...optimizer.variables]) t.dispose()
    },
  }
}
