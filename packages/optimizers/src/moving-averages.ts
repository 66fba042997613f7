import { add, mul, stopGradient, type Tensor, tidy, type Variable } from '@tapegrad/core'
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
    this.variables = variables.map((variable) => slotLike(variable, 'average'))
  }

  /** Moves the averages, where `iterations` updates were made before this step; the first sets them. */
  update(variables: readonly Variable[], iterations: number): void {
    const momentum = iterations === 0 ? 0 : this.#momentum
    this.variables.forEach((average, i) => {
      const variable = variables[i]!
      // Not 0 · average + variable: what the average was must not matter, NaN included.
      if (momentum === 0) average.assign(variable)
      else average.assign(add(mul(average, momentum), mul(variable, 1 - momentum)))
    })
    const isDue = this.#overwriteFrequency !== null && (iterations + 1) % this.#overwriteFrequency === 0
    if (isDue) this.overwrite(variables)
  }

  /** Sets the variables to their averages. */
  overwrite(variables: readonly Variable[]): void {
    this.variables.forEach((average, i) => variables[i]!.assign(average))
  }

  /** Exchanges the variables and their averages. */
  swap(variables: readonly Variable[]): void {
    tidy(() => {
      this.variables.forEach((average, i) => {
        const variable = variables[i]!
        const before = stopGradient(variable as Tensor)
        variable.assign(average)
        average.assign(before)
      })
    })
  }
}
