const named: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Infinity,
  pi: Math.PI,
  'pi/2': Math.PI / 2,
  'pi/4': Math.PI / 4,
  '3pi/4': (3 * Math.PI) / 4,
  ln2: Math.LN2,
  'sqrt(2/pi)': Math.sqrt(2 / Math.PI),
  '2/sqrt(pi)': 2 / Math.sqrt(Math.PI),
}

function parse(word: string): number {
  const isNegative = word.startsWith('-')
  const magnitude = isNegative ? word.slice(1) : word
  const value = named[magnitude] ?? Number(magnitude)
  return isNegative ? -value : value
}

/** The columns of a table in one line: rows after commas, numbers after blanks, some of them by name. */
export function columnsOf(table: string): number[][] {
  const rows = table.split(', ').map((row) => row.split(' ').map(parse))
  return rows[0]!.map((_, i) => rows.map((row) => row[i]!))
}
