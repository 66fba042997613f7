import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'

/** Throws where an activation did not get a tensor and options that it knows. */
export function checkActivation(op: string, x: unknown, options: unknown, known: readonly string[]): void {
  checkInput(op, 'x', x)
  checkOptionNames(op, options, known)
}

type Range = 'finite' | 'notNegative' | 'positive'

const expected: Readonly<Record<Range, string>> = {
  finite: 'a finite number',
  notNegative: 'a finite number of at least 0',
  positive: 'a finite number greater than 0',
}

/** Throws where an option is not a number of its range; returns it. */
export function checkFactor(op: string, name: string, value: number, range: Range = 'finite'): number {
  if (Number.isFinite(value) && isInRange(value, range)) return value
  throw new ArgumentError(`${name} is not ${expected[range]}`, { op, received: { [name]: value } })
}

function isInRange(value: number, range: Range): boolean {
  return range === 'finite' || (range === 'positive' ? value > 0 : value >= 0)
}
