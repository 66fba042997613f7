import { loadTfjs, tfjsWorkloads } from '../tfjs.mjs'

/** TensorFlow.js in plain JavaScript. */
export async function start() {
  const tf = await loadTfjs()
  await tf.setBackend('cpu')
  await tf.ready()
  if (tf.getBackend() !== 'cpu') throw new Error(`the backend is ${tf.getBackend()}`)
  // Its products of large matrices and its convolutions are too slow to wait for.
  const { W6 } = tfjsWorkloads(tf)
  return { workloads: { W6 }, threads: 1 }
}
