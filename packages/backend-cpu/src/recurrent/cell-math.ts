import { sigmoid } from '../elementwise/sigmoid.ts'
import { tanh } from '../elementwise/tanh.ts'
import type { FloatMath, Vectors } from '../elementwise/vector-math.ts'

/** What the formulas of cells are written in: on vectors of float32 while a kernel is emitted, on numbers in float64. */
export interface CellMath<V> {
  readonly add: (a: V, b: V) => V
  readonly sub: (a: V, b: V) => V
  readonly mul: (a: V, b: V) => V
  readonly constant: (value: number) => V
  /** Of several values at once, which is faster than one after the other. */
  readonly sigmoids: (values: readonly V[]) => V[]
  readonly tanh: (x: V) => V
}

/** Emits what it is asked for. */
export function vectorCellMath(m: FloatMath): CellMath<Vectors> {
  return {
    add: m.add,
    sub: m.sub,
    mul: m.mul,
    constant: (value) => [m.fn.constant(m.shape, value)],
    // Side by side, so that no value waits for another's steps.
    sigmoids: (values) => sigmoid(m, values.flat()).map((vector) => [vector]),
    tanh: (x) => tanh(m, x),
  }
}

/** Computes at once. */
export const numberCellMath: CellMath<number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  constant: (value) => value,
  sigmoids: (values) => values.map((x) => 1 / (1 + Math.exp(-x))),
  tanh: Math.tanh,
}
