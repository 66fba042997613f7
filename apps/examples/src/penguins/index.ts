/** Tells penguins' species from four measures, and compares that with always guessing the commonest one. */
import { setSeed, tensor } from 'tapegrad'
import { readOptions } from '../program/options.ts'
import { readTable } from '../tables/read-table.ts'
import { split } from '../tables/split.ts'
import { standardizer } from '../tables/standardize.ts'
import { type Penguin, readPenguins, species } from './data.ts'
import { penguinModel } from './model.ts'

const { epochs, minimum } = readOptions({ epochs: 40, minimum: 0.95 })
setSeed(1)

const { penguins, unmeasured } = readPenguins(await readTable('penguins.json'))
const { train, test } = split(penguins, 0.25, 1)
console.log(`${train.length} penguins to train with, ${test.length} to test; ${unmeasured} without measures`)

const features = standardizer(train.map((each) => each.measures))
const x = (each: readonly Penguin[]) => features(each.map(({ measures }) => measures))
const y = (each: readonly Penguin[]) => tensor(each.map((penguin) => penguin.species))

const model = penguinModel()
await model.fit(x(train), y(train), { epochs, batchSize: 16, verbose: 0 })
const { accuracy } = await model.evaluate(x(test), y(test), { verbose: 0 })

const counts = species.map((_, kind) => train.filter((each) => each.species === kind).length)
const commonest = counts.indexOf(Math.max(...counts))
const guessed = test.filter((each) => each.species === commonest).length / test.length
console.log(`always ${species[commonest]}: ${guessed.toFixed(4)}`)
console.log(`test accuracy: ${accuracy!.toFixed(4)}`)
if (!(accuracy! >= minimum)) {
  console.error(`the accuracy is below ${minimum}`)
  process.exitCode = 1
}
