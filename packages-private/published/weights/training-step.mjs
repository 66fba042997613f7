import { adamKernels, cpuBackendWith, crossEntropyKernels } from '@tapegrad/backend-cpu/kernels'
import {
  add,
  matmul,
  random,
  relu,
  setBackend,
  sparseSoftmaxCrossEntropyWithLogits,
  tidy,
  variable,
  zeros,
} from '@tapegrad/core'
import { Adam } from '@tapegrad/optimizers'

setBackend(cpuBackendWith([crossEntropyKernels, adamKernels]))
const sizes = [784, 512, 512, 10]
const layers = sizes.slice(1).map((size, i) => ({
  kernel: variable(random.normal([sizes[i], size], { stddev: 0.05 })),
  bias: variable(zeros([size])),
}))
const optimizer = new Adam({ learningRate: 1e-3 })
const variables = layers.flatMap(({ kernel, bias }) => [kernel, bias])

export function step(x, labels) {
  return tidy(() => {
    const loss = () => {
      const logits = layers.reduce((h, { kernel, bias }, i) => {
        const sums = add(matmul(h, kernel), bias)
        return i < layers.length - 1 ? relu(sums) : sums
      }, x)
      return sparseSoftmaxCrossEntropyWithLogits(labels, logits)
    }
    return optimizer.minimize(loss, variables).dataSync()[0]
  })
}
