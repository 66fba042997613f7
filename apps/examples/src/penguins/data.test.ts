import { expect, test } from 'vitest'
import { DataError } from '../tables/data-error.ts'
import { readTable } from '../tables/read-table.ts'
import { readPenguins } from './data.ts'

const penguin = {
  Species: 'Gentoo',
  'Beak Length (mm)': 50,
  'Beak Depth (mm)': 15.5,
  'Flipper Length (mm)': 220,
  'Body Mass (g)': 5000,
  Sex: null,
}
const unmeasured = {
  ...penguin,
  'Beak Length (mm)': null,
  'Beak Depth (mm)': null,
  'Flipper Length (mm)': null,
  'Body Mass (g)': null,
}

test('leaves out who was not measured, and keeps those of unknown sex', () => {
  expect(readPenguins([penguin, unmeasured])).toEqual({
    penguins: [{ measures: [50, 15.5, 220, 5000], species: 2 }],
    unmeasured: 1,
  })
})

test('reads the whole table', async () => {
  const { penguins, unmeasured } = readPenguins(await readTable('penguins.json'))
  expect([penguins.length, unmeasured]).toEqual([342, 2])
})

test.each([
  [
    'another species',
    { ...penguin, Species: 'King' },
    /"Species" is none of Adelie, Chinstrap, Gentoo: "King"/,
  ],
  [
    'a measure that is text',
    { ...penguin, 'Body Mass (g)': '5 kg' },
    /"Body Mass \(g\)" is neither a number/,
  ],
  ['a column that is missing', { Species: 'Gentoo' }, /"Beak Length \(mm\)" .*: missing/],
  ['a penguin measured in part', { ...penguin, 'Body Mass (g)': null }, /row 0: measured in part/],
])('refuses %s', (_name, row, message) => {
  expect(() => readPenguins([row])).toThrow(DataError)
  expect(() => readPenguins([row])).toThrow(message)
})
