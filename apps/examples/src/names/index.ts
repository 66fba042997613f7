/** Tells female from male first names, of different lengths, and compares that with always guessing the commoner. */
import { setSeed, tensor } from 'tapegrad'
import { readOptions } from '../program/options.ts'
import { split } from '../tables/split.ts'
import { encodeName, loadNames, type Name } from './data.ts'
import { nameModel } from './model.ts'

// By how much the accuracy must be above that of the guess.
const { epochs, minimum } = readOptions({ epochs: 6, minimum: 0.15 })
setSeed(1)

const { names, shared } = await loadNames()
const { train, test } = split(names, 0.2, 1)
console.log(
  `${train.length} names to train with, ${test.length} to test; ${shared} of both lists are left out`,
)

const length = Math.max(...names.map(({ name }) => name.length))
const x = (each: readonly Name[]) =>
  tensor(
    each.map(({ name }) => encodeName(name, length)),
    { dtype: 'int32' },
  )
const y = (each: readonly Name[]) => tensor(each.map(({ isFemale }) => [Number(isFemale)]))

const model = nameModel(length)
model.summary()
await model.fit(x(train), y(train), { epochs, batchSize: 64 })
const { binaryAccuracy: accuracy } = await model.evaluate(x(test), y(test), { batchSize: 256, verbose: 0 })

const part = (each: readonly Name[]) => each.filter(({ isFemale }) => isFemale).length / each.length
const guessed = part(train) > 0.5 ? part(test) : 1 - part(test)
console.log(`always the commoner: ${guessed.toFixed(4)}`)
console.log(`test accuracy: ${accuracy!.toFixed(4)}`)
if (!(accuracy! - guessed >= minimum)) {
  console.error(`the accuracy is not ${minimum} above the guess`)
  process.exitCode = 1
}
