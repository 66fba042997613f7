import { uniform } from './inputs.mjs'

const [batch, classes] = [32, 10]
/** The shapes of kernels, and how far their numbers reach: as Glorot's uniform numbers do. */
const kernels = [
  { shape: [3, 3, 1, 32], fanIn: 9, fanOut: 288 },
  { shape: [3, 3, 32, 64], fanIn: 288, fanOut: 576 },
  { shape: [9216, 128], fanIn: 9216, fanOut: 128 },
  { shape: [128, classes], fanIn: 128, fanOut: classes },
]

/** Images, their classes, and the kernels that training begins with; biases are 0. */
export function cnnArguments() {
  return {
    batch,
    classes,
    x: uniform(batch * 28 * 28, 1),
    labels: Int32Array.from({ length: batch }, (_, i) => (7 * i) % classes),
    kernels: kernels.map(({ shape, fanIn, fanOut }, i) => {
      const limit = Math.sqrt(6 / (fanIn + fanOut))
      const size = shape.reduce((product, side) => product * side, 1)
      return { shape, values: uniform(size, i + 2).map((value) => limit * value) }
    }),
  }
}

/** Compares the first loss with one in double precision; that of the next step has to be lower. */
export function checkCnn([first, second], given) {
  const expected = lossOf(given)
  if (!(Math.abs(first - expected) <= 1e-4)) throw new Error(`the loss is ${first}, not ${expected}`)
  if (!(second < first)) throw new Error(`the loss went from ${first} to ${second}`)
}

function lossOf({ x, labels, kernels: [k1, k2, w1, w2] }) {
  const h1 = convolve(x, k1.values, 28, 1, 32)
  const h2 = convolve(h1, k2.values, 26, 32, 64)
  const hidden = multiply(pool(h2, 24, 64), w1.values, 9216, 128).map((value) => Math.max(0, value))
  const logits = multiply(hidden, w2.values, 128, classes)
  let total = 0
  for (let i = 0; i < batch; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes)
    const sum = row.reduce((running, value) => running + Math.exp(value), 0)
    total += Math.log(sum) - row[labels[i]]
  }
  return total / batch
}

/** relu of a convolution with 3 × 3 windows that lie in images of size × size. */
function convolve(x, kernel, size, inputs, outputs) {
  const side = size - 2
  const y = new Float64Array(batch * side * side * outputs)
  for (let b = 0; b < batch; b++) {
    for (let at = 0; at < side * side; at++) {
      const to = (b * side * side + at) * outputs
      for (let tap = 0; tap < 9; tap++) {
        const row = Math.floor(at / side) + Math.floor(tap / 3)
        const from = ((b * size + row) * size + (at % side) + (tap % 3)) * inputs
        for (let i = 0; i < inputs; i++) {
          const value = x[from + i]
          if (value === 0) continue
          const weights = (tap * inputs + i) * outputs
          for (let c = 0; c < outputs; c++) y[to + c] += value * kernel[weights + c]
        }
      }
      for (let c = 0; c < outputs; c++) y[to + c] = Math.max(0, y[to + c])
    }
  }
  return y
}

/** The greatest element of each window of 2 × 2. */
function pool(x, size, channels) {
  const side = size / 2
  return new Float64Array(batch * side * side * channels).map((_, i) => {
    const [at, c] = [Math.floor(i / channels), i % channels]
    const [b, row, column] = [Math.floor(at / side / side), Math.floor(at / side) % side, at % side]
    const element = (down, right) =>
      x[((b * size + 2 * row + down) * size + 2 * column + right) * channels + c]
    return Math.max(element(0, 0), element(0, 1), element(1, 0), element(1, 1))
  })
}

function multiply(a, b, k, n) {
  const product = new Float64Array(batch * n)
  for (let i = 0; i < batch; i++) {
    for (let l = 0; l < k; l++) {
      const value = a[i * k + l]
      for (let j = 0; j < n; j++) product[i * n + j] += value * b[l * n + j]
    }
  }
  return product
}
