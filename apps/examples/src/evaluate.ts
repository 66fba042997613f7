/** Loads a saved model and prints its accuracy on the test digits: `node evaluate.js FILE`. */

import { Adam } from 'tapegrad'
import { loadModel } from 'tapegrad/node'
import { loadDigits } from './mnist/data.ts'
import { accuracyLine } from './mnist/report.ts'

const file = process.argv[2]
if (file === undefined) throw new Error('usage: node evaluate.js FILE')

const model = await loadModel(file, { optimizers: [Adam] })
const test = await loadDigits('test')
const { accuracy } = await model.evaluate(test.images, test.labels, { verbose: 0 })
console.log(accuracyLine(accuracy!))
