/** Predicts how far cars drive with a gallon, and compares that with always saying the mean. */
import { setSeed, tensor } from 'tapegrad'
import { readOptions } from '../program/options.ts'
import { readTable } from '../tables/read-table.ts'
import { split } from '../tables/split.ts'
import { standardizer } from '../tables/standardize.ts'
import { type Car, horsepowerFilled, readCars } from './data.ts'
import { carModel } from './model.ts'

const { epochs, maximum } = readOptions({ epochs: 100, maximum: 2.5 })
setSeed(1)

const { cars, unanswered } = readCars(await readTable('cars.json'))
const { train, test } = split(cars, 0.2, 1)
console.log(
  `${train.length} cars to train with, ${test.length} to test; ${unanswered} of unknown consumption`,
)

const fill = horsepowerFilled(train)
const features = standardizer(fill(train))
const x = (each: readonly Car[]) => features(fill(each))
const y = (each: readonly Car[]) => tensor(each.map(({ milesPerGallon }) => [milesPerGallon]))

const model = carModel(fill(train)[0]!.length)
await model.fit(x(train), y(train), { epochs, batchSize: 16, verbose: 0 })
const { meanAbsoluteError: error } = await model.evaluate(x(test), y(test), { verbose: 0 })

const mean = train.reduce((sum, car) => sum + car.milesPerGallon, 0) / train.length
const guessed = test.reduce((sum, car) => sum + Math.abs(car.milesPerGallon - mean), 0) / test.length
console.log(`always ${mean.toFixed(1)} miles per gallon: wrong by ${guessed.toFixed(2)}`)
console.log(`test error: ${error!.toFixed(2)}`)
if (!(error! <= maximum)) {
  console.error(`the error is above ${maximum}`)
  process.exitCode = 1
}
