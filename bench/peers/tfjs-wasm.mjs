import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'

const require = createRequire(import.meta.url)

/** TensorFlow.js on XNNPACK; in Node it has one thread, whatever is asked for. */
export async function start() {
  const tf = require('@tensorflow/tfjs-core')
  const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  await tf.setBackend('wasm')
  await tf.ready()
  if (tf.getBackend() !== 'wasm') throw new Error(`the backend is ${tf.getBackend()}`)
  return { workloads: { W1: (given) => matmulCase(tf, given) }, threads: 1 }
}

function matmulCase(tf, { n, a, b }) {
  const x = tf.tensor(a, [n, n])
  const y = tf.tensor(b, [n, n])
  return {
    step: () => tf.matMul(x, y).dispose(),
    result: () => tf.matMul(x, y).dataSync(),
    end: () => tf.dispose([x, y]),
  }
}
