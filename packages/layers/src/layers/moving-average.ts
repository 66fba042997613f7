import { add, mul, stopGradient, type Tensor, type Variable } from '@tapegrad/core'

/** Replaces a moving average: average · momentum + value · (1 − momentum). No gradient flows. */
export function moveTowards(average: Variable, value: Tensor, momentum: number): void {
  average.assign(add(mul(stopGradient(average), momentum), mul(stopGradient(value), 1 - momentum)))
}
