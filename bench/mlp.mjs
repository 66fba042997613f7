import { uniform } from './inputs.mjs'

const sizes = [784, 512, 512, 10]

/** Rows of numbers, their classes, and the kernels that training begins with; biases are 0. */
export function mlpArguments(batch) {
  return {
    batch,
    sizes,
    x: uniform(batch * sizes[0], 1),
    labels: Int32Array.from({ length: batch }, (_, i) => (7 * i) % sizes.at(-1)),
    kernels: sizes.slice(1).map((size, i) => {
      const limit = Math.sqrt(6 / (sizes[i] + size))
      return uniform(sizes[i] * size, i + 2).map((value) => limit * value)
    }),
  }
}

/** Compares the first loss with one in double precision; that of the next step has to be lower. */
export function checkMlp([first, second], { batch, x, labels, kernels }) {
  let total = 0
  for (let i = 0; i < batch; i++) {
    let row = Float64Array.from(x.subarray(i * sizes[0], (i + 1) * sizes[0]))
    for (const [layer, kernel] of kernels.entries()) {
      const sums = new Float64Array(sizes[layer + 1])
      for (const [k, value] of row.entries()) {
        for (let j = 0; j < sums.length; j++) sums[j] += value * kernel[k * sums.length + j]
      }
      row = layer < kernels.length - 1 ? sums.map((sum) => Math.max(0, sum)) : sums
    }
    const peak = Math.max(...row)
    total += peak + Math.log(row.reduce((sum, value) => sum + Math.exp(value - peak), 0)) - row[labels[i]]
  }
  const expected = total / batch
  if (!(Math.abs(first - expected) <= 1e-4)) throw new Error(`the loss is ${first}, not ${expected}`)
  if (!(second < first)) throw new Error(`the loss went from ${first} to ${second}`)
}
