import { readFile } from 'node:fs/promises'
import { DataError } from './data-error.ts'

/** A row of a table: a value by the name of its column. */
export type Row = Readonly<Record<string, unknown>>

// The package has the tables as files beside its code.
const folder = new URL('../data/', import.meta.resolve('vega-datasets'))

/** Reads a table of the package `vega-datasets`, a file such as `penguins.json`. */
export async function readTable(name: string): Promise<Row[]> {
  return parseTable(await readFile(new URL(name, folder), 'utf8'), name)
}

/**
 * Reads rows from JSON.
 *
 * @throws DataError for anything that is not a list of objects, with at least one.
 */
export function parseTable(text: string, name: string): Row[] {
  let table: unknown
  try {
    table = JSON.parse(text)
  } catch (error) {
    throw new DataError(`${name} is not JSON`, { cause: error })
  }
  if (!Array.isArray(table) || table.length === 0) throw new DataError(`${name} is not a list of rows`)
  table.forEach((row: unknown, i) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new DataError(`${name}, row ${i}: not an object: ${JSON.stringify(row)}`)
  })
  return table as Row[]
}

/** The number in a column, or null where the table has none. */
export function numberIn(row: Row, column: string): number | null {
  const value = row[column]
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value
  throw new DataError(`"${column}" is neither a number nor null: ${JSON.stringify(value) ?? 'missing'}`)
}

/** Which of the known words is in a column. */
export function oneOf<Word extends string>(row: Row, column: string, words: readonly Word[]): Word {
  const value = row[column]
  const found = words.find((word) => word === value)
  if (found !== undefined) return found
  throw new DataError(`"${column}" is none of ${words.join(', ')}: ${JSON.stringify(value) ?? 'missing'}`)
}
