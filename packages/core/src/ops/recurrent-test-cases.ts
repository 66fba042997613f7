import type { Backend, View } from '../backend/backend.ts'
import { tensor } from '../tensor/create.ts'
import { type DType, isFloat } from '../tensor/dtype.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { valuesOf } from './kernel-test-cases.ts'
import { layouts } from './neural-test-cases.ts'
import { wave } from './norm-test-cases.ts'

export type Matrix = readonly (readonly number[])[]

export const sigma = (x: number): number => 1 / (1 + Math.exp(-x))

/** Numbers in rows of `width`. */
export function inRows(values: readonly number[], width: number): number[][] {
  return Array.from({ length: width === 0 ? 0 : values.length / width }, (_, r) =>
    values.slice(r * width, (r + 1) * width),
  )
}

export const rowsOfTensor = (x: Tensor): number[][] => inRows([...x.dataSync()], x.shape.at(-1)!)

/** The rows of what a kernel reads, along the last axis. */
export const rowsOfView = (view: View): number[][] => inRows(valuesOf(view), view.shape.at(-1)!)

/** row · matrix */
export function times(row: readonly number[], matrix: Matrix): number[] {
  const columns = matrix[0]?.length ?? 0
  return Array.from({ length: columns }, (_, c) =>
    row.reduce((sum, value, r) => sum + value * matrix[r]![c]!, 0),
  )
}

/** row · matrixᵀ */
export function timesTransposed(row: readonly number[], matrix: Matrix): number[] {
  return matrix.map((other) => other.reduce((sum, value, c) => sum + value * row[c]!, 0))
}

export const plus = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, i) => value + b[i]!)

/** The parts of a row, each of the same length. */
export function parts(row: readonly number[], count: number): number[][] {
  const length = row.length / count
  return Array.from({ length: count }, (_, i) => row.slice(i * length, (i + 1) * length))
}

/** The sizes of a recurrent network, and which steps count. */
export interface Network {
  readonly batch: number
  readonly time: number
  readonly features: number
  readonly units: number
  readonly mask: readonly boolean[] | null
}

/** Sequences with and without masks, of which one begins with steps that do not count and one has no others. */
export const networks: readonly Network[] = [
  { batch: 1, time: 1, features: 1, units: 1, mask: null },
  { batch: 2, time: 3, features: 2, units: 3, mask: null },
  { batch: 2, time: 4, features: 2, units: 2, mask: [false, true, false, true, true, true, false, false] },
  { batch: 3, time: 2, features: 1, units: 2, mask: [false, false, true, false, false, true] },
]

export const empty: readonly Network[] = [
  { batch: 2, time: 0, features: 2, units: 3, mask: null },
  { batch: 0, time: 2, features: 2, units: 3, mask: [] },
  { batch: 2, time: 2, features: 0, units: 1, mask: null },
  { batch: 2, time: 2, features: 1, units: 0, mask: null },
]

/** A tensor of numbers without a pattern. */
export function weights(
  shape: readonly number[],
  seed: number,
  backend: Backend,
  dtype: DType = 'float64',
): Tensor {
  const values = wave(sizeOf(shape), seed).map((value) => value * 0.6)
  return tensor(isFloat(dtype) ? values : values.map(Math.round), { shape, dtype, backend })
}

/** The mask as a tensor. */
export function maskOf({ batch, time, mask }: Network, backend: Backend): Tensor | null {
  return mask === null ? null : tensor([...mask], { shape: [batch, time], dtype: 'bool', backend })
}

/** Sequences in every layout. */
export const sequences = ({ batch, time, features }: Network, backend: Backend): Tensor[] =>
  layouts(backend, 'float64', [batch, time, features])

/**
 * Runs a step along each sample of a batch, by plain loops. The state is a list of rows, of which the first one is the
 * output; outputs come in the order of the steps.
 */
export function runPlain(
  { batch, time, features, mask }: Network,
  x: readonly number[],
  initial: (sample: number) => number[][],
  goBackwards: boolean,
  step: (input: readonly number[], state: readonly number[][]) => number[][],
): { readonly outputs: number[]; readonly states: number[][] } {
  const outputs: number[] = []
  const states: number[][] = []
  for (let b = 0; b < batch; b++) {
    let state = initial(b)
    for (let s = 0; s < time; s++) {
      const t = goBackwards ? time - 1 - s : s
      const position = b * time + t
      if (mask === null || mask[position]!)
        state = step(x.slice(position * features, (position + 1) * features), state)
      outputs.push(...state[0]!)
    }
    state.forEach((row, i) => {
      states[i] = [...(states[i] ?? []), ...row]
    })
  }
  return { outputs, states }
}
