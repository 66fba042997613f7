import { checkText } from '../option-checks.ts'
import type { OptionRule } from '../option-table.ts'

/** The rule of `name`, which Keras's files hold and nothing else uses. */
export function scheduleName(otherwise: string): OptionRule<string> {
  return { key: 'name', default: otherwise, check: checkText }
}
