import { add, matmul, mul, relu, scalar, setBackend, sum, tensor, valueAndGrad } from '@tapegrad/core'
import { cnnCase } from '../tapegrad-cnn.mjs'
import { lstmCase, mlpCase } from '../tapegrad-training.mjs'

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
    W3: mlpCase,
    W4: cnnCase,
    W5: lstmCase,
    W6: (given) => (given.graph === 'chain' ? chainCase(given) : matricesCase(given)),
  }
}

function chainCase({ length, x, factor, offset }) {
  const [start, a, b] = [x, factor, offset].map((value) => scalar(value))
  const run = valueAndGrad((y) => {
    for (let i = 0; i < length; i++) y = add(mul(y, a), b)
    return y
  })
  return gradientCase([start, a, b], () => {
    const { value, grads } = run(start)
    return [value, grads]
  })
}

function matricesCase({ n, a, b }) {
  const [x, y] = [a, b].map((values) => tensor(values, { shape: [n, n] }))
  const run = valueAndGrad((p, q) => sum(relu(matmul(p, q))))
  return gradientCase([x, y], () => {
    const { value, grads } = run(x, y)
    return [value, ...grads]
  })
}

function gradientCase(inputs, run) {
  return {
    step: () => {
      for (const t of run()) t.dispose()
    },
    result: () => run().flatMap((t) => [...t.dataSync()]),
    end: () => {
      for (const t of inputs) t.dispose()
    },
  }
}
