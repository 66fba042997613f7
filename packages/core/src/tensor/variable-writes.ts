import type { Variable } from './variable.ts'

/** Called before a variable's value is replaced. */
type Witness = (variable: Variable) => void

let witnesses: Set<Witness> = new Set()
let made = 0

/** A variable was made. */
export function countVariable(): void {
  made++
}

/** How many variables were made so far. */
export function variablesMade(): number {
  return made
}

/** The value of a variable is about to be replaced. */
export function tellOfWrite(variable: Variable): void {
  for (const witness of witnesses) witness(variable)
}

/** Calls `witness` before each write of a variable, until the function that it returns is called. */
export function witnessWrites(witness: Witness): () => void {
  const chosen = witnesses
  chosen.add(witness)
  return () => void chosen.delete(witness)
}

/** Runs a function whose writes only `witness` is told of. */
export function withWrites<T>(witness: Witness, run: () => T): T {
  const outer = witnesses
  witnesses = new Set([witness])
  try {
    return run()
  } finally {
    witnesses = outer
  }
}
