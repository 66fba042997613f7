import { elementAt, type OracleArray, promote, store, toFloat } from './array.ts'

export interface RecurrentAttributes {
  readonly goBackwards: boolean
  /** Of a GRU: whether the reset gate comes after the product. */
  readonly resetAfter: boolean
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** Σᵢ vector[i] · matrix[i, column] */
function dot(vector: readonly number[], matrix: OracleArray, column: number): number {
  return vector.reduce((sum, value, i) => sum + value * elementAt(matrix, [i, column]), 0)
}

/** The state of one sample, row by row, after a step from the input at that step. */
type Step = (input: readonly number[], state: readonly (readonly number[])[]) => number[][]

/** The outputs of all steps, in the order in which they are computed, and each part of the last state. */
function run(
  x: OracleArray,
  initial: readonly OracleArray[],
  mask: OracleArray | undefined,
  goBackwards: boolean,
  step: Step,
  dtype: OracleArray['dtype'],
): OracleArray[] {
  const [batch, time, features] = x.shape as readonly [number, number, number]
  const units = initial[0]!.shape[1]!
  const outputs: number[] = []
  const last = initial.map((): number[] => [])
  for (let sample = 0; sample < batch; sample++) {
    let state = initial.map((part) => Array.from({ length: units }, (_, u) => elementAt(part, [sample, u])))
    for (let i = 0; i < time; i++) {
      const t = goBackwards ? time - 1 - i : i
      const counts = mask === undefined || elementAt(mask, [sample, t]) !== 0
      const input = Array.from({ length: features }, (_, f) => elementAt(x, [sample, t, f]))
      if (counts) state = step(input, state)
      outputs.push(...state[0]!)
    }
    state.forEach((part, i) => last[i]!.push(...part))
  }
  const made = (shape: readonly number[], values: readonly number[]): OracleArray => ({
    shape,
    dtype,
    values: values.map((value) => store(value, dtype)),
  })
  return [made([batch, time, units], outputs), ...last.map((values) => made([batch, units], values))]
}

/** Inputs: x, kernel, recurrentKernel, bias, h, c and perhaps a mask. Results: outputs, h, c. */
export function lstm(
  inputs: readonly OracleArray[],
  { goBackwards }: RecurrentAttributes,
): readonly OracleArray[] {
  const [x, kernel, recurrent, bias, h0, c0] = inputs as [
    OracleArray,
    OracleArray,
    OracleArray,
    OracleArray,
    OracleArray,
    OracleArray,
  ]
  const units = recurrent.shape[0]!
  const step: Step = (input, [h, c]) => {
    const gate = (which: number, unit: number): number => {
      const column = which * units + unit
      return dot(input, kernel, column) + dot(h!, recurrent, column) + elementAt(bias, [column])
    }
    const cell = c!.map(
      (value, u) => sigmoid(gate(1, u)) * value + sigmoid(gate(0, u)) * Math.tanh(gate(2, u)),
    )
    return [cell.map((value, u) => sigmoid(gate(3, u)) * Math.tanh(value)), cell]
  }
  const dtype = toFloat(
    inputs
      .slice(0, 6)
      .map((part) => part.dtype)
      .reduce(promote),
  )
  return run(x, [h0, c0], inputs[6], goBackwards, step, dtype)
}

/** Inputs: x, kernel, recurrentKernel, bias, h and perhaps a mask. Results: outputs, h. */
export function gru(
  inputs: readonly OracleArray[],
  { goBackwards, resetAfter }: RecurrentAttributes,
): readonly OracleArray[] {
  const [x, kernel, recurrent, bias, h0] = inputs as [
    OracleArray,
    OracleArray,
    OracleArray,
    OracleArray,
    OracleArray,
  ]
  const units = recurrent.shape[0]!
  const step: Step = (input, [before]) => {
    const h = before!
    const ofInput = (column: number): number =>
      dot(input, kernel, column) + elementAt(bias, resetAfter ? [0, column] : [column])
    const ofState = (column: number): number =>
      dot(h, recurrent, column) + (resetAfter ? elementAt(bias, [1, column]) : 0)
    const reset = h.map((_, u) => sigmoid(ofInput(units + u) + ofState(units + u)))
    const kept = h.map((value, u) => value * reset[u]!)
    return [
      h.map((value, u) => {
        const column = 2 * units + u
        const inner = resetAfter ? reset[u]! * ofState(column) : dot(kept, recurrent, column)
        const update = sigmoid(ofInput(u) + ofState(u))
        return update * value + (1 - update) * Math.tanh(ofInput(column) + inner)
      }),
    ]
  }
  const dtype = toFloat(
    inputs
      .slice(0, 5)
      .map((part) => part.dtype)
      .reduce(promote),
  )
  return run(x, [h0], inputs[5], goBackwards, step, dtype)
}
