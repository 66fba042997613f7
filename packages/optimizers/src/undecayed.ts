import { ArgumentError, Variable } from '@tapegrad/core'

/** The variables that weight decay leaves alone. */
export class Undecayed {
  readonly #variables: Set<Variable> = new Set()
  readonly #texts: Set<string> = new Set()

  /** Adds variables, and texts that are parts of their names. */
  add(op: string, variables: readonly (Variable | string)[]): void {
    if (!Array.isArray(variables) || !variables.every(isVariableOrText)) {
      throw new ArgumentError('this is not a list of variables and parts of names', {
        op,
        received: { variables },
        expected: "[bias], or ['bias']",
      })
    }
    for (const each of variables as readonly (Variable | string)[]) {
      if (typeof each === 'string') this.#texts.add(each)
      else this.#variables.add(each)
    }
  }

  has(variable: Variable): boolean {
    if (this.#variables.has(variable)) return true
    for (const text of this.#texts) if (variable.name.includes(text)) return true
    return false
  }
}

function isVariableOrText(each: unknown): boolean {
  return each instanceof Variable || (typeof each === 'string' && each !== '')
}
