import { expect, test } from 'vitest'
import { DataError } from '../tables/data-error.ts'
import { characterCount, encodeName, labelNames, loadNames, parseNames } from './data.ts'

test('reads names in lower case', () => {
  expect(parseNames('["Ann", "Jo-Ann"]', 'names')).toEqual(['ann', 'jo-ann'])
})

test.each([
  ['no JSON', '["Ann"', /names is not JSON/],
  ['an object', '{"a": "Ann"}', /names is not a list of names/],
  ['no names', '[]', /names is not a list of names/],
  ['a number', '["Ann", 3]', /names, entry 1: not a name of letters and hyphens: 3/],
  ['an empty name', '[""]', /names, entry 0: not a name/],
  ['other characters', '["Zoë"]', /names, entry 0: not a name/],
])('refuses %s', (_name, text, message) => {
  expect(() => parseNames(text, 'names')).toThrow(DataError)
  expect(() => parseNames(text, 'names')).toThrow(message)
})

test('names of both lists are left out, and each counts once', () => {
  expect(labelNames(['ann', 'kim', 'ann'], ['bob', 'kim'])).toEqual({
    names: [
      { name: 'ann', isFemale: true },
      { name: 'bob', isFemale: false },
    ],
    shared: 1,
  })
})

test('a name is numbers of its characters with zeros behind', () => {
  expect(encodeName('az-', 5)).toEqual([1, 26, 27, 0, 0])
  expect(characterCount).toBe(28)
  expect(() => encodeName('ann', 2)).toThrow(DataError)
  expect(() => encodeName('ann', 2)).toThrow('a name of more than 2 characters: ann')
})

test('reads the whole lists', async () => {
  const { names, shared } = await loadNames()
  expect(shared).toBe(419)
  expect(names.filter(({ isFemale }) => isFemale)).toHaveLength(4944 - 419)
  expect(names.filter(({ isFemale }) => !isFemale)).toHaveLength(3897 - 419)
})
