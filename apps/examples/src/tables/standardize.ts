import { type Tensor, tensor } from 'tapegrad'

/**
 * What turns rows of numbers into a tensor of features [rows, columns], each (x − mean) / deviation.
 *
 * The means and deviations are those of the rows given here, which are the rows to train with: those to test with must
 * not have a say. A column that is the same everywhere becomes zeros.
 */
export function standardizer(
  rows: readonly (readonly number[])[],
): (rows: readonly (readonly number[])[]) => Tensor {
  const columns = rows[0]!.map((_, i) => rows.map((row) => row[i]!))
  const means = columns.map(average)
  const deviations = columns.map((column, i) => {
    const deviation = Math.sqrt(average(column.map((value) => (value - means[i]!) ** 2)))
    return deviation === 0 ? 1 : deviation
  })
  return (each) => tensor(each.map((row) => row.map((value, i) => (value - means[i]!) / deviations[i]!)))
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
