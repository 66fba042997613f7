import { angles } from './angles.ts'
import { basics } from './basics.ts'
import { errorFunction } from './error-function.ts'
import { exponentials } from './exponentials.ts'
import { integers } from './integers.ts'
import { positions } from './positions.ts'
import { powers } from './powers.ts'
import { rounding } from './rounding.ts'

/*
 * The functions that kernels call, in the part of JavaScript that gpu.js translates to every device.
 *
 * Shading languages promise little about exp, log and the like, and nothing about NaN, infinities and zeros with a
 * sign, so all of them are written out in arithmetic: a driver's own differ by thousands of rounding errors. There
 * are no literals for NaN and infinity either: functions that need them take them as arguments. `NaN < 0 || NaN >= 0`
 * is false on every device; `x !== x` and `x != 0` are not to be trusted. Arguments must not be assigned to. The
 * result of `Math.floor` counts as an integer for gpu.js; `below` gives it back as a float, which may be infinite.
 *
 * Polynomials are Taylor series after a reduction of the argument, cut where the next term is below rounding.
 */

/** Source texts by name; `callees` finds what a text needs. */
export const functions: Readonly<Record<string, string>> = {
  ...basics,
  ...exponentials,
  ...angles,
  ...errorFunction,
  ...rounding,
  ...powers,
  ...integers,
  ...positions,
}

/** How gpu.js types the arguments of a function. */
export function argumentType(name: string): 'Integer' | 'Number' {
  return name === 'wholeOf' ? 'Number' : resultType(name)
}

/** How gpu.js types the result of a function. */
export function resultType(name: string): 'Integer' | 'Number' {
  return Object.hasOwn(positions, name) ? 'Integer' : 'Number'
}

/** The names of all functions that a text calls, those that they call included. */
export function callees(text: string): readonly string[] {
  const found = new Set<string>()
  const search = (source: string): void => {
    for (const [, name] of source.matchAll(/\b(\w+)\(/g)) {
      if (!Object.hasOwn(functions, name!) || found.has(name!)) continue
      found.add(name!)
      search(functions[name!]!)
    }
  }
  search(text)
  return [...found]
}
