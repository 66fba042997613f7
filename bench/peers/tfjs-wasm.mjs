import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import { tfjsWorkloads } from '../tfjs.mjs'

const require = createRequire(import.meta.url)

/** TensorFlow.js on XNNPACK; in Node it has one thread, whatever is asked for. */
export async function start() {
  const tf = require('@tensorflow/tfjs-core')
  const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  await tf.setBackend('wasm')
  await tf.ready()
  if (tf.getBackend() !== 'wasm') throw new Error(`the backend is ${tf.getBackend()}`)
  // Gradients are not in the package for Node.
  const { W1 } = tfjsWorkloads(tf)
  return { workloads: { W1 }, threads: 1 }
}
