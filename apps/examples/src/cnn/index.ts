/** Trains a convolutional network on the digits of MNIST, for one epoch. */
import { setSeed } from 'tapegrad'
import { loadDigits } from '../mnist/data.ts'
import { accuracyLine } from '../mnist/report.ts'
import { readOptions } from '../program/options.ts'
import { convolutionalModel } from './model.ts'

const { epochs, count, minimum } = readOptions({ epochs: 1, count: 60_000, minimum: 0.985 })
const batchSize = 32
setSeed(1)

const train = await loadDigits('train', count)
const model = convolutionalModel(epochs * Math.ceil(train.labels.size / batchSize))
model.summary()

const start = performance.now()
await model.fit(train.images, train.labels, { epochs, batchSize })
console.log(`trained in ${((performance.now() - start) / 1000).toFixed(1)} s`)

const test = await loadDigits('test')
const { accuracy } = await model.evaluate(test.images, test.labels, { batchSize: 128, verbose: 0 })
console.log(accuracyLine(accuracy!))
if (!(accuracy! >= minimum)) {
  console.error(`the accuracy is below ${minimum}`)
  process.exitCode = 1
}
