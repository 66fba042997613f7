import { add, mul, type Variable } from '@tapegrad/core'
import { slotLike } from './slots.ts'

/** Exponential moving averages of variables. */
export class MovingAverages {
  readonly #momentum: number
  readonly #overwriteFrequency: number | null
  variables: readonly Variable[] = []

  constructor(momentum: number, overwriteFrequency: number | null) {
    this.#momentum = momentum
    this.#overwriteFrequency = overwriteFrequency
  }

  build(variables: readonly Variable[]): void {
    this.variables = variables.map((variable) => slotLike(variable, `${variable.name}_average`))
  }

  /** Moves the averages after step number `step`; the first step sets them. */
  update(variables: readonly Variable[], step: number): void {
    const momentum = step === 0 ? 0 : this.#momentum
    this.variables.forEach((average, i) => {
      average.assign(add(mul(average, momentum), mul(variables[i]!, 1 - momentum)))
    })
    const isDue = this.#overwriteFrequency !== null && (step + 1) % this.#overwriteFrequency === 0
    if (isDue) this.overwrite(variables)
  }

  /** Sets the variables to their averages. */
  overwrite(variables: readonly Variable[]): void {
    this.variables.forEach((average, i) => variables[i]?.assign(average))
  }
}
