/** The same digits without layers: weights are variables, the step is `valueAndGrad` and an optimizer. */
import {
  Adam,
  add,
  argMax,
  cast,
  equal,
  gather,
  matmul,
  mean,
  random,
  relu,
  setSeed,
  sparseSoftmaxCrossEntropyWithLogits,
  type Tensor,
  tidy,
  type Variable,
  valueAndGrad,
  variable,
  zeros,
} from 'tapegrad'
import { loadDigits } from './mnist/data.ts'
import { accuracyLine } from './mnist/report.ts'
import { readOptions } from './program/options.ts'

const { epochs, count, minimum } = readOptions({ epochs: 4, count: 60_000, minimum: 0.97 })
const batchSize = 128
setSeed(1)

/** He's initialization, which keeps the size of activations through ReLUs. */
function weights(inputs: number, outputs: number): Variable {
  return tidy(() => variable(random.normal([inputs, outputs], { stddev: Math.sqrt(2 / inputs) })))
}

const hidden = { kernel: weights(784, 256), bias: variable(zeros([256])) }
const output = { kernel: weights(256, 10), bias: variable(zeros([10])) }
const variables = [hidden.kernel, hidden.bias, output.kernel, output.bias]

function predict(images: Tensor): Tensor {
  const flat = images.reshape([images.shape[0]!, 784])
  const activations = relu(add(matmul(flat, hidden.kernel), hidden.bias))
  return add(matmul(activations, output.kernel), output.bias)
}

const train = await loadDigits('train', count)
const optimizer = new Adam({ learningRate: 1e-3 })

for (let epoch = 1; epoch <= epochs; epoch++) {
  const order = random.permutation(train.labels.size)
  let total = 0
  let steps = 0
  for (let start = 0; start + batchSize <= train.labels.size; start += batchSize) {
    const loss = tidy(() => {
      const rows = order.slice([[start, start + batchSize]])
      const images = gather(train.images, rows)
      const labels = gather(train.labels, rows)
      const { value, grads } = valueAndGrad(() =>
        mean(sparseSoftmaxCrossEntropyWithLogits(predict(images), labels)),
      )(variables)
      optimizer.apply(grads, variables)
      return value
    })
    total += loss.dataSync()[0]!
    steps++
    loss.dispose()
  }
  order.dispose()
  console.log(`epoch ${epoch}/${epochs} - loss: ${(total / steps).toFixed(4)}`)
}

const test = await loadDigits('test')
const accuracy = tidy(() =>
  mean(cast(equal(argMax(predict(test.images), { axis: -1 }), test.labels), 'float32')),
).dataSync()[0]!
console.log(accuracyLine(accuracy))
process.exitCode = accuracy >= minimum ? 0 : 1
