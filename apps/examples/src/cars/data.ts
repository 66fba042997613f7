import { DataError } from '../tables/data-error.ts'
import { numberIn, oneOf, type Row } from '../tables/read-table.ts'

const origins = ['USA', 'Europe', 'Japan'] as const
const columns = ['Cylinders', 'Displacement', 'Weight_in_lbs', 'Acceleration'] as const

/** A car whose consumption is known. */
export interface Car {
  /** Cylinders, displacement, weight, acceleration, year, and 0 or 1 for each origin. */
  readonly known: readonly number[]
  readonly horsepower: number | null
  /** Miles that it drives with a gallon. */
  readonly milesPerGallon: number
}

/**
 * The cars of a table. One of unknown consumption is left out, for there is nothing to compare a prediction with.
 *
 * @throws DataError for a column that is missing or holds something else.
 */
export function readCars(rows: readonly Row[]): { cars: Car[]; unanswered: number } {
  const cars = rows.flatMap((row, i): Car[] => {
    const milesPerGallon = numberIn(row, 'Miles_per_Gallon')
    const values = columns.map((column) => {
      const value = numberIn(row, column)
      if (value === null) throw new DataError(`row ${i}: "${column}" is null`)
      return value
    })
    const origin = oneOf(row, 'Origin', origins)
    const known = [...values, yearOf(row), ...origins.map((each) => Number(each === origin))]
    const horsepower = numberIn(row, 'Horsepower')
    return milesPerGallon === null ? [] : [{ known, horsepower, milesPerGallon }]
  })
  return { cars, unanswered: rows.length - cars.length }
}

function yearOf(row: Row): number {
  const date = row['Year']
  const year = typeof date === 'string' ? /^(\d{4})-\d\d-\d\d$/.exec(date)?.[1] : undefined
  if (year === undefined) throw new DataError(`"Year" is not a date: ${JSON.stringify(date) ?? 'missing'}`)
  return Number(year)
}

/**
 * What turns cars into rows of numbers: a horsepower that is null becomes the mean of those cars given here, which are
 * the ones to train with.
 */
export function horsepowerFilled(train: readonly Car[]): (cars: readonly Car[]) => number[][] {
  const known = train.flatMap(({ horsepower }) => horsepower ?? [])
  if (known.length === 0) throw new DataError('no car has a horsepower')
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length
  return (cars) => cars.map((car) => [...car.known, car.horsepower ?? mean])
}
