import { checkCnn, cnnArguments } from './cnn.mjs'
import { uniform } from './inputs.mjs'
import { checkLstm, lstmArguments } from './lstm.mjs'
import { checkMlp, mlpArguments } from './mlp.mjs'

/**
 * What is measured. A workload has cases; a peer has a function of the same name that makes a case's step from its
 * arguments: `{ step, result, end }`, where `step` does the whole work once and returns, or resolves, when it is done;
 * `result` gives numbers that `check` looks at; `end` gives memory back. `speed` is what the table shows of a case, from
 * its amount of work and the time of a step.
 */
export const workloads = {
  W1: {
    title: 'W1: n × n by n × n matmul, float32',
    unit: 'GFLOPS',
    cases: [64, 128, 256, 512, 1024, 2048].map((n) => ({
      name: `n = ${n}`,
      arguments: { n, a: uniform(n * n, 1), b: uniform(n * n, 2) },
      /** Units of a thousand million, so that they are divided by seconds. */
      amount: (2 * n ** 3) / 1e9,
      speed: perSecond,
      check: checkProduct,
    })),
  },
  W3: {
    title: 'W3: training step of an MLP',
    unit: 'ms',
    cases: [32, 128].map((batch) => ({
      name: `784, 512, 512, 10, Adam, batch ${batch}`,
      arguments: mlpArguments(batch),
      amount: 1,
      speed: (_amount, milliseconds) => milliseconds,
      check: checkMlp,
    })),
  },
  W4: {
    title: 'W4: training step of a small CNN, batch 32',
    unit: 'ms',
    cases: [
      {
        name: 'two convolutions, two dense layers, Adam',
        arguments: cnnArguments(),
        amount: 1,
        speed: (_amount, milliseconds) => milliseconds,
        check: checkCnn,
      },
    ],
  },
  W5: {
    title: 'W5: training step of an LSTM, batch 32',
    unit: 'ms',
    cases: [
      {
        name: '64 units, 50 steps of 32 features, one dense layer, Adam',
        arguments: lstmArguments(),
        amount: 1,
        speed: (_amount, milliseconds) => milliseconds,
        check: checkLstm,
      },
    ],
  },
  W6: {
    title: 'W6: forward and backward, each forward operation',
    unit: 'µs',
    cases: [
      {
        name: 'chain of 100 scalar operations',
        arguments: { graph: 'chain', length: 50, x: 0.75, factor: 0.99, offset: 0.01 },
        amount: 100,
        speed: microseconds,
        check: checkChain,
      },
      {
        name: 'sum(relu(A · B)) of 4 × 4 matrices',
        arguments: { graph: 'matrices', n: 4, a: uniform(16, 1), b: uniform(16, 2) },
        amount: 3,
        speed: microseconds,
        check: checkMatrices,
      },
    ],
  },
}

/** How much is done in a second. */
function perSecond(amount, milliseconds) {
  return (amount / milliseconds) * 1000
}

/** How long one unit takes. */
function microseconds(amount, milliseconds) {
  return (milliseconds / amount) * 1000
}

/** Compares some elements of a product with sums in double precision. */
function checkProduct(product, { n, a, b }) {
  for (const at of [0, n - 1, (n * n) >> 1, n * n - 1]) {
    const [row, column] = [Math.floor(at / n), at % n]
    let sum = 0
    for (let k = 0; k < n; k++) sum += a[row * n + k] * b[k * n + column]
    if (!(Math.abs(product[at] - sum) <= 1e-3)) throw new Error(`element ${at} is ${product[at]}, not ${sum}`)
  }
}

/** The value and the derivative of a chain of x ↦ factor · x + offset. */
function checkChain([value, slope], { length, x, factor, offset }) {
  let expected = x
  for (let i = 0; i < length; i++) expected = factor * expected + offset
  checkClose('value', value, expected)
  checkClose('derivative', slope, factor ** length)
}

/** The value, and the derivatives by both matrices: where a product is positive, the other matrix's elements. */
function checkMatrices(numbers, { n, a, b }) {
  const [byA, byB] = [new Array(n * n).fill(0), new Array(n * n).fill(0)]
  let total = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let product = 0
      for (let k = 0; k < n; k++) product += a[i * n + k] * b[k * n + j]
      if (product <= 0) continue
      total += product
      for (let k = 0; k < n; k++) {
        byA[i * n + k] += b[k * n + j]
        byB[k * n + j] += a[i * n + k]
      }
    }
  }
  for (const [i, expected] of [total, ...byA, ...byB].entries())
    checkClose(`number ${i}`, numbers[i], expected)
}

function checkClose(what, received, expected) {
  if (!(Math.abs(received - expected) <= 1e-4)) throw new Error(`${what} is ${received}, not ${expected}`)
}
