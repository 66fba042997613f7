import { uniform } from './inputs.mjs'

const [batch, time, features, units] = [32, 50, 32, 64]

/** Sequences, what follows them, and the weights that training begins with; biases are 0. */
export function lstmArguments() {
  const drawn = (rows, columns, seed) => {
    const limit = Math.sqrt(6 / (rows + columns))
    return uniform(rows * columns, seed).map((value) => limit * value)
  }
  return {
    batch,
    time,
    features,
    units,
    x: uniform(batch * time * features, 1),
    y: uniform(batch, 2),
    kernel: drawn(features, 4 * units, 3),
    recurrentKernel: drawn(units, 4 * units, 4),
    last: drawn(units, 1, 5),
  }
}

/** Compares the first loss with one in double precision; that of the next step has to be lower. */
export function checkLstm([first, second], { x, y, kernel, recurrentKernel, last }) {
  const sigmoid = (value) => 1 / (1 + Math.exp(-value))
  let expected = 0
  for (let b = 0; b < batch; b++) {
    let [h, c] = [new Float64Array(units), new Float64Array(units)]
    for (let t = 0; t < time; t++) {
      const sums = new Float64Array(4 * units)
      for (let j = 0; j < 4 * units; j++) {
        for (let k = 0; k < features; k++) {
          sums[j] += x[(b * time + t) * features + k] * kernel[k * 4 * units + j]
        }
        for (let k = 0; k < units; k++) sums[j] += h[k] * recurrentKernel[k * 4 * units + j]
      }
      const gate = (which, unit) => sums[which * units + unit]
      c = c.map((cell, u) => sigmoid(gate(1, u)) * cell + sigmoid(gate(0, u)) * Math.tanh(gate(2, u)))
      h = c.map((cell, u) => sigmoid(gate(3, u)) * Math.tanh(cell))
    }
    const prediction = h.reduce((sum, value, u) => sum + value * last[u], 0)
    expected += (prediction - y[b]) ** 2 / batch
  }
  if (!(Math.abs(first - expected) <= 1e-4)) throw new Error(`the loss is ${first}, not ${expected}`)
  if (!(second < first)) throw new Error(`the loss went from ${first} to ${second}`)
}
