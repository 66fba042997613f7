import {
  all,
  isFinite as isFiniteOp,
  keep,
  logicalAnd,
  type Tensor,
  tidy,
  type Variable,
} from '@tapegrad/core'
import type { AnyModel } from '../models/model.ts'

/** Whether all weights and the optimizer's state are finite; one number is read from the device. */
export async function hasFiniteState(model: AnyModel): Promise<boolean> {
  const state: readonly Variable[] = [
    ...model.weights,
    ...(model.compileOptions === null ? [] : model.optimizer.variables),
  ]
  if (state.length === 0) return true
  const result = tidy(() =>
    keep(state.map((each): Tensor => all(isFiniteOp(each))).reduce((left, right) => logicalAnd(left, right))),
  )
  try {
    return Boolean((await result.data())[0])
  } finally {
    result.dispose()
  }
}
