/** A data file that does not hold what the program was written for. */
export class DataError extends Error {
  override readonly name = 'DataError'
}
