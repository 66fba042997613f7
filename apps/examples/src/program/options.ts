import { parseArgs } from 'node:util'

/**
 * Reads numbers from the command line, for shorter runs than the whole: `{ epochs: 8 }` takes `--epochs 3`.
 *
 * @param defaults Every option, with what it is when not given.
 * @throws Error for a value that is no number of at least 0, and for an option that is not among them.
 */
export function readOptions<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
  args: readonly string[] = process.argv.slice(2),
): Record<Name, number> {
  const names = Object.keys(defaults) as Name[]
  const string = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(names.map((name) => [name, string])),
  })
  const options: Record<Name, number> = { ...defaults }
  for (const name of names) {
    const text = values[name]
    if (text === undefined) continue
    const value = Number(text)
    if (String(text).trim() === '' || Number.isNaN(value) || value < 0)
      throw new Error(`--${name} is not a number of at least 0: ${text}`)
    options[name] = value
  }
  return options
}
