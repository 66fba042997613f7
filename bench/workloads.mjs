import { uniform } from './inputs.mjs'

/**
 * What is measured. A workload has cases; a peer has a function of the same name that makes a case's step from its
 * arguments: `{ step, result, end }`, where `step` does the whole work once and returns, or resolves, when it is done;
 * `result` gives numbers that `check` looks at; `end` gives memory back.
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
      check: checkProduct,
    })),
  },
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
