import { full, tidy, type Variable, variable } from '@tapegrad/core'

/** A part of the state beside a variable. */
export interface SlotSpec {
  /** What its elements are at first. Default: 0. */
  readonly initial?: number
  /** Default: the variable's. */
  readonly shape?: readonly number[]
}

/** A variable on the backend and of the dtype of another, which optimizers keep beside it, and named after it. */
export function slotLike(
  like: Variable,
  name: string,
  { initial = 0, shape = like.shape }: SlotSpec = {},
): Variable {
  const { dtype, storage } = like
  // No scope owns the variable.
  return tidy(() =>
    variable(full(shape, initial, { dtype, backend: storage.backend }), {
      name: `${like.path.replaceAll('/', '_')}_${name}`,
      trainable: false,
    }),
  )
}
