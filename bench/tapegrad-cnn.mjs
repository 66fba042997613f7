import {
  add,
  conv2d,
  matmul,
  maxPool2d,
  mean,
  relu,
  reshape,
  sparseSoftmaxCrossEntropyWithLogits,
  tensor,
  variable,
  zeros,
} from '@tapegrad/core'
import { Adam } from '@tapegrad/optimizers'

/** The training step of W4, which gives the loss. */
export function cnnCase({ batch, x, labels, kernels }) {
  const images = tensor(x, { shape: [batch, 28, 28, 1] })
  const wanted = tensor(labels, { shape: [batch] })
  const layers = kernels.map(({ shape, values }) => ({
    kernel: variable(tensor(values, { shape })),
    bias: variable(zeros([shape.at(-1)])),
  }))
  const variables = layers.flatMap(({ kernel, bias }) => [kernel, bias])
  const optimizer = new Adam({ learningRate: 1e-3 })
  const loss = () => {
    const [first, second, hidden, last] = layers
    const h1 = relu(add(conv2d(images, first.kernel), first.bias))
    const h2 = relu(add(conv2d(h1, second.kernel), second.bias))
    const flat = reshape(maxPool2d(h2), [batch, -1])
    const h3 = relu(add(matmul(flat, hidden.kernel), hidden.bias))
    return mean(sparseSoftmaxCrossEntropyWithLogits(add(matmul(h3, last.kernel), last.bias), wanted))
  }
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
      for (const t of [images, wanted, ...variables]) t.dispose()
    },
  }
}
