import { expect, test } from 'vitest'
import { DataError } from './data-error.ts'
import { numberIn, oneOf, parseTable, readTable } from './read-table.ts'

test('reads a table of the package', async () => {
  const rows = await readTable('penguins.json')
  expect(rows).toHaveLength(344)
  expect(rows[0]).toMatchObject({ Species: 'Adelie', 'Body Mass (g)': 3750 })
})

test.each([
  ['no JSON', '[{', /t.json is not JSON/],
  ['an object', '{}', /t.json is not a list of rows/],
  ['no rows', '[]', /t.json is not a list of rows/],
  ['a row that is none', '[{}, null]', /t.json, row 1: not an object: null/],
  ['a list as a row', '[[1]]', /row 0: not an object: \[1\]/],
])('refuses %s', (_name, text, message) => {
  expect(() => parseTable(text, 't.json')).toThrow(DataError)
  expect(() => parseTable(text, 't.json')).toThrow(message)
})

test('a number may be missing as null only', () => {
  expect(numberIn({ a: 1.5 }, 'a')).toBe(1.5)
  expect(numberIn({ a: null }, 'a')).toBeNull()
  expect(() => numberIn({ a: '1' }, 'a')).toThrow('"a" is neither a number nor null: "1"')
  expect(() => numberIn({}, 'a')).toThrow('"a" is neither a number nor null: missing')
  expect(() => numberIn({}, 'a')).toThrow(DataError)
})

test('a word is one of those that are known', () => {
  expect(oneOf({ a: 'x' }, 'a', ['x', 'y'])).toBe('x')
  expect(() => oneOf({ a: 'z' }, 'a', ['x', 'y'])).toThrow('"a" is none of x, y: "z"')
  expect(() => oneOf({}, 'a', ['x', 'y'])).toThrow(DataError)
})
