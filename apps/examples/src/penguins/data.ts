import { DataError } from '../tables/data-error.ts'
import { numberIn, oneOf, type Row } from '../tables/read-table.ts'

export const species = ['Adelie', 'Chinstrap', 'Gentoo'] as const

const measures = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'] as const

/** A measured penguin. */
export interface Penguin {
  /** Length and depth of the beak, length of the flippers, and mass. */
  readonly measures: readonly number[]
  /** Its place in {@link species}. */
  readonly species: number
}

/**
 * The penguins of a table. One without measures tells nothing about its species, so it is left out; no other column is
 * read, so that a penguin of unknown sex stays in.
 *
 * @throws DataError for a column that is missing or holds something else, and for a penguin that was measured in part.
 */
export function readPenguins(rows: readonly Row[]): { penguins: Penguin[]; unmeasured: number } {
  const penguins: Penguin[] = []
  rows.forEach((row, i) => {
    const values = measures.map((column) => numberIn(row, column))
    const known = values.filter((value) => value !== null)
    const kind = species.indexOf(oneOf(row, 'Species', species))
    if (known.length === measures.length) penguins.push({ measures: known, species: kind })
    else if (known.length > 0) throw new DataError(`row ${i}: measured in part: ${JSON.stringify(row)}`)
  })
  return { penguins, unmeasured: rows.length - penguins.length }
}
