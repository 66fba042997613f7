/** All calls of one kind. */
export interface ProfileRow {
  /** The method, with its function where it has several: `matmul`, `unary tanh`, `reduce sum`, `kernel softmax`. */
  readonly name: string
  readonly calls: number
  /** Milliseconds in all of them together. */
  readonly milliseconds: number
}

/** Counts and times of calls by name. */
export class Tally {
  readonly #totals = new Map<string, { calls: number; milliseconds: number }>()

  add(name: string, milliseconds: number): void {
    const known = this.#totals.get(name)
    if (known === undefined) {
      this.#totals.set(name, { calls: 1, milliseconds })
      return
    }
    known.calls++
    known.milliseconds += milliseconds
  }

  /** What took longest comes first. */
  rows(): readonly ProfileRow[] {
    const rows = [...this.#totals].map(([name, { calls, milliseconds }]) => ({ name, calls, milliseconds }))
    return rows.sort((a, b) => b.milliseconds - a.milliseconds)
  }

  clear(): void {
    this.#totals.clear()
  }
}

/** Rows as text in columns, with their shares of the whole and a last line for the whole. */
export function formatRows(rows: readonly ProfileRow[]): string {
  const calls = rows.reduce((sum, row) => sum + row.calls, 0)
  const milliseconds = rows.reduce((sum, row) => sum + row.milliseconds, 0)
  const lines = [
    ['call', 'calls', 'total ms', 'mean µs', 'share'],
    ...[...rows, { name: 'all', calls, milliseconds }].map((row) => [
      row.name,
      String(row.calls),
      row.milliseconds.toFixed(3),
      row.calls === 0 ? '' : ((1000 * row.milliseconds) / row.calls).toFixed(1),
      milliseconds === 0 ? '' : `${((100 * row.milliseconds) / milliseconds).toFixed(1)} %`,
    ]),
  ]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
