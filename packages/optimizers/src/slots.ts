import { type Variable, variable, zerosLike } from '@tapegrad/core'

/** A variable of zeros with the shape, dtype and backend of another, which optimizers keep beside it. */
export function slotLike(like: Variable, name: string): Variable {
  using zeros = zerosLike(like)
  return variable(zeros, { name, trainable: false })
}
