const named: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Infinity,
  pi: Math.PI,
  'pi/2': Math.PI / 2,
  'pi/4': Math.PI / 4,
  '3pi/4': (3 * Math.PI) / 4,
  ln2: Math.LN2,
}

function numberOf(word: string): number {
  const isNegative = word.startsWith('-')
  const magnitude = isNegative ? word.slice(1) : word
  const value = named[magnitude] ?? Number(magnitude)
  return isNegative ? -value : value
}

/** The numbers of a line: `nan -inf 3 -0 pi/2`. */
export function numbersOf(line: string): number[] {
  return line.trim() === '' ? [] : line.trim().split(/\s+/).map(numberOf)
}

/** The rows of a table, which commas separate. */
export function rowsOf(table: string): number[][] {
  return table.split(',').map(numbersOf)
}
