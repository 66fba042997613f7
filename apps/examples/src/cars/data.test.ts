import { expect, test } from 'vitest'
import { DataError } from '../tables/data-error.ts'
import { readTable } from '../tables/read-table.ts'
import { horsepowerFilled, readCars } from './data.ts'

const row = {
  Name: 'car',
  Miles_per_Gallon: 18,
  Cylinders: 8,
  Displacement: 307,
  Horsepower: 130,
  Weight_in_lbs: 3504,
  Acceleration: 12,
  Year: '1970-01-01',
  Origin: 'Europe',
}
const known = [8, 307, 3504, 12, 1970, 0, 1, 0]

test('leaves out cars of unknown consumption, and keeps those of unknown horsepower', () => {
  expect(readCars([row, { ...row, Miles_per_Gallon: null }, { ...row, Horsepower: null }])).toEqual({
    cars: [
      { known, horsepower: 130, milesPerGallon: 18 },
      { known, horsepower: null, milesPerGallon: 18 },
    ],
    unanswered: 1,
  })
})

test('a missing horsepower is the mean of the cars to train with', () => {
  const { cars } = readCars([row, { ...row, Horsepower: 70 }, { ...row, Horsepower: null }])
  const fill = horsepowerFilled(cars)
  expect(fill(cars).map((each) => each.at(-1))).toEqual([130, 70, 100])
  expect(fill(cars)[0]).toEqual([...known, 130])
  expect(() => horsepowerFilled([])).toThrow(DataError)
})

test('reads the whole table', async () => {
  const { cars, unanswered } = readCars(await readTable('cars.json'))
  expect([cars.length, unanswered]).toEqual([398, 8])
  expect(cars.filter(({ horsepower }) => horsepower === null)).toHaveLength(6)
})

test.each([
  ['another origin', { ...row, Origin: 'Mars' }, /"Origin" is none of USA, Europe, Japan: "Mars"/],
  ['a year that is no date', { ...row, Year: 1970 }, /"Year" is not a date: 1970/],
  ['a year that is missing', { ...row, Year: undefined }, /"Year" is not a date: missing/],
  ['no weight', { ...row, Weight_in_lbs: null }, /row 0: "Weight_in_lbs" is null/],
  ['a number as text', { ...row, Cylinders: '8' }, /"Cylinders" is neither a number nor null: "8"/],
])('refuses %s', (_name, each, message) => {
  expect(() => readCars([each])).toThrow(DataError)
  expect(() => readCars([each])).toThrow(message)
})
