import type { LineName } from './line-functions.ts'

/** One line of float64 of each tensor, inputs first: element i is `data[start + i · step]`. */
export interface Float64Lines {
  readonly data: Float64Array
  readonly starts: readonly number[]
  readonly step: number
  readonly length: number
}

/** A function along one line; float64 has no vector kernels. */
export type Float64Function = (lines: Float64Lines) => void

const read = ({ data, starts, step }: Float64Lines, tensor: number, i: number): number =>
  data[starts[tensor]! + i * step]!

function write({ data, starts, step, length }: Float64Lines, tensor: number, f: (i: number) => number): void {
  for (let i = 0; i < length; i++) data[starts[tensor]! + i * step] = f(i)
}

function total({ length }: Float64Lines, term: (i: number) => number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += term(i)
  return sum
}

/** The largest element of tensor 0, and the sum of exponentials of all of them less it. */
function sumExponentials(lines: Float64Lines): { largest: number; sum: number } {
  let largest = -Infinity
  for (let i = 0; i < lines.length; i++) largest = Math.max(largest, read(lines, 0, i))
  return { largest, sum: total(lines, (i) => Math.exp(read(lines, 0, i) - largest)) }
}

/** The functions along lines: the result is the last tensor. */
export const float64Functions: Readonly<Record<LineName, Float64Function>> = {
  softmax(lines) {
    const { largest, sum } = sumExponentials(lines)
    write(lines, 1, (i) => Math.exp(read(lines, 0, i) - largest) / sum)
  },
  softmaxGrad(lines) {
    const mean = total(lines, (i) => read(lines, 0, i) * read(lines, 1, i))
    write(lines, 2, (i) => read(lines, 1, i) * (read(lines, 0, i) - mean))
  },
  logSoftmax(lines) {
    const { largest, sum } = sumExponentials(lines)
    const logarithm = Math.log(sum)
    write(lines, 1, (i) => read(lines, 0, i) - largest - logarithm)
  },
  logSoftmaxGrad(lines) {
    const sum = total(lines, (i) => read(lines, 0, i))
    write(lines, 2, (i) => read(lines, 0, i) - Math.exp(read(lines, 1, i)) * sum)
  },
}

/** The loss of logits (tensor 0) and targets (1); their gradient goes into tensor 2. */
export function float64CrossEntropy(lines: Float64Lines): number {
  const { largest, sum } = sumExponentials(lines)
  const logarithm = Math.log(sum)
  const weight = total(lines, (i) => read(lines, 1, i))
  const loss = total(lines, (i) => {
    const target = read(lines, 1, i)
    const logProbability = read(lines, 0, i) - largest - logarithm
    return target === 0 && logProbability === -Infinity ? 0 : -target * logProbability
  })
  write(lines, 2, (i) => (Math.exp(read(lines, 0, i) - largest) / sum) * weight - read(lines, 1, i))
  return loss
}

/** The loss of logits (tensor 0) and a class; their gradient goes into tensor 1. */
export function float64SparseCrossEntropy(lines: Float64Lines, label: number): number {
  const { largest, sum } = sumExponentials(lines)
  write(lines, 1, (i) => Math.exp(read(lines, 0, i) - largest) / sum - Number(i === label))
  return Math.log(sum) - (read(lines, 0, label) - largest)
}
