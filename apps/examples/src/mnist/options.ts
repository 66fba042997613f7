import { parseArgs } from 'node:util'

/** How long to train, and what to reach. */
export interface TrainingOptions {
  readonly epochs: number
  /** How many digits to train with. */
  readonly count: number
  /** The test accuracy below which the program fails. */
  readonly minimum: number
}

/** Reads `--epochs`, `--count` and `--minimum`, for shorter runs than the whole. */
export function readOptions(defaults: TrainingOptions): TrainingOptions {
  const string = { type: 'string' } as const
  const { values } = parseArgs({ options: { epochs: string, count: string, minimum: string } })
  const number = (name: keyof TrainingOptions): number => {
    const text = values[name]
    if (text === undefined) return defaults[name]
    const value = Number(text)
    if (text.trim() === '' || Number.isNaN(value) || value < 0)
      throw new Error(`--${name} is not a number: ${text}`)
    return value
  }
  return { epochs: number('epochs'), count: number('count'), minimum: number('minimum') }
}
