import { ArgumentError } from '@tapegrad/core'
import { groups, type KitOptions, type Settings } from './case.ts'

const optionNames: Readonly<Record<keyof KitOptions, true>> = {
  samples: true,
  seed: true,
  groups: true,
  tolerance: true,
  skip: true,
  shrink: true,
  allocated: true,
}

/** The options with their defaults; throws {@link ArgumentError} where one is not what it should be. */
export function settingsOf(options: KitOptions): Settings {
  if (!isObject(options)) throw invalid('the options are not an object', { options })
  for (const [name, value] of Object.entries(options)) {
    if (Object.hasOwn(optionNames, name)) continue
    throw invalid('the option is unknown', { [name]: value }, `one of ${Object.keys(optionNames).join(', ')}`)
  }
  checkGroups(options.groups)
  checkSkip(options.skip)
  const { samples = 10, seed = 1, shrink = true, allocated } = options
  if (!Number.isInteger(samples) || samples < 1)
    throw invalid('samples is not a whole number of at least 1', { samples })
  if (!Number.isInteger(seed)) throw invalid('seed is not a whole number', { seed })
  if (typeof shrink !== 'boolean') throw invalid('shrink is not a boolean', { shrink })
  if (allocated !== undefined && typeof allocated !== 'function') {
    throw invalid(
      'allocated is not a function',
      { allocated },
      'a function of the backend that gives a number',
    )
  }
  return { samples, seed, tolerance: toleranceOf(options.tolerance), shrink, allocated }
}

function checkGroups(given: KitOptions['groups']): void {
  if (given === undefined) return
  if (!Array.isArray(given)) throw invalid('groups is not an array', { groups: given })
  for (const group of given) {
    if (!groups.includes(group))
      throw invalid('there is no such group', { group }, `one of ${groups.join(', ')}`)
  }
}

function checkSkip(skip: KitOptions['skip']): void {
  if (skip === undefined) return
  if (!isObject(skip)) throw invalid('skip is not an object', { skip }, 'reasons by the names of cases')
  for (const [name, reason] of Object.entries(skip)) {
    if (typeof reason === 'string' && reason.trim() !== '') continue
    throw invalid(
      'a case is skipped without a reason',
      { [name]: reason },
      'a sentence that says why it fails',
    )
  }
}

function toleranceOf(tolerance: KitOptions['tolerance'] = {}): Settings['tolerance'] {
  if (!isObject(tolerance)) throw invalid('tolerance is not an object', { tolerance })
  const { absolute = 0, relative = 0, ...rest } = tolerance
  const isSize = (x: unknown): boolean => typeof x === 'number' && x >= 0 && x < Infinity
  if (Object.keys(rest).length > 0 || !isSize(absolute) || !isSize(relative)) {
    throw invalid(
      'the tolerance is not made of sizes',
      { tolerance },
      '{ absolute, relative }, finite numbers of at least 0',
    )
  }
  return { absolute, relative }
}

function isObject(x: unknown): boolean {
  return typeof x === 'object' && x !== null
}

function invalid(
  what: string,
  received: Readonly<Record<string, unknown>>,
  expected?: string,
): ArgumentError {
  return new ArgumentError(what, { op: 'cases', received, ...(expected === undefined ? {} : { expected }) })
}
