import { add, div, type Tensor, type Variable, zerosLike } from '@tapegrad/core'
import { slotLike } from './slots.ts'

/** Sums gradients over several steps and gives their mean at the last of them. */
export class GradientAccumulator {
  readonly steps: number
  variables: readonly Variable[] = []

  constructor(steps: number) {
    this.steps = steps
  }

  build(variables: readonly Variable[]): void {
    this.variables = variables.map((variable) => slotLike(variable, 'gradient_accumulator'))
  }

  /**
   * Takes the gradients of one step, of the variables with these numbers.
   *
   * @returns The means where the step is the last, else null. As in Keras, a variable without a gradient in the last
   * step has none: what the steps before gave is dropped.
   */
  add(
    gradients: readonly (Tensor | null)[],
    indices: readonly number[],
    step: number,
  ): readonly (Tensor | null)[] | null {
    const sums = gradients.map((g, i) => (g === null ? null : add(this.variables[indices[i]!]!, g)))
    if ((step + 1) % this.steps === 0) {
      for (const each of this.variables) each.assign(zerosLike(each))
      return sums.map((sum) => (sum === null ? null : div(sum, this.steps)))
    }
    sums.forEach((sum, i) => {
      if (sum !== null) this.variables[indices[i]!]!.assign(sum)
    })
    return null
  }
}
