import { matmul, setBackend, tensor } from '@tapegrad/core'

/** The workloads of tapegrad on one of its backends. */
export function tapegradOn(backend) {
  setBackend(backend)
  return {
    W1({ n, a, b }) {
      const x = tensor(a, { shape: [n, n] })
      const y = tensor(b, { shape: [n, n] })
      return {
        step: () => matmul(x, y).dispose(),
        result: () => matmul(x, y).dataSync(),
        end: () => {
          x.dispose()
          y.dispose()
        },
      }
    },
  }
}
