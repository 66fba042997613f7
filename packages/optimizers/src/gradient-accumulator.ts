import { add, mul, type Tensor, type Variable, zerosLike } from '@tapegrad/core'
import { slotLike } from './slots.ts'

/** Sums gradients over several steps and gives their mean at the last of them. */
export class GradientAccumulator {
  readonly steps: number
  variables: readonly Variable[] = []

  constructor(steps: number) {
    this.steps = steps
  }

  build(variables: readonly Variable[]): void {
    this.variables = variables.map((variable) => slotLike(variable, `${variable.name}_gradient_accumulator`))
  }

  /** Takes the gradients of one step. Returns their mean where the step is the last, else null. */
  add(gradients: readonly (Tensor | null)[], step: number): readonly (Tensor | null)[] | null {
    const sums = gradients.map((g, i) => (g === null ? null : add(this.variables[i]!, g)))
    const isLast = (step + 1) % this.steps === 0
    sums.forEach((sum, i) => {
      if (sum !== null) this.variables[i]!.assign(isLast ? zerosLike(sum) : sum)
    })
    return isLast ? sums.map((sum) => (sum === null ? null : mul(sum, 1 / this.steps))) : null
  }
}
