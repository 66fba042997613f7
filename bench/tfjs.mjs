import { access, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** TensorFlow.js with the gradients of all operations, bundled once for each version. */
export async function loadTfjs() {
  const core = new URL('node_modules/@tensorflow/tfjs-core/package.json', import.meta.url)
  const { version } = JSON.parse(await readFile(core, 'utf8'))
  const bundle = new URL(`node_modules/.cache/tfjs-${version}/tfjs-entry.mjs`, import.meta.url)
  await access(bundle).catch(() => bundleTfjs(bundle))
  return import(bundle)
}

/** The sources are modules that only bundlers find their way through. */
async function bundleTfjs(target) {
  const { build } = await import('vite')
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['node-fetch'] },
    build: {
      ssr: fileURLToPath(new URL('tfjs-entry.mjs', import.meta.url)),
      outDir: fileURLToPath(new URL('.', target)),
      rollupOptions: { output: { entryFileNames: 'tfjs-entry.mjs' } },
    },
  })
}

/** The workloads of TensorFlow.js on the backend that is set. */
export function tfjsWorkloads(tf) {
  return {
    W1({ n, a, b }) {
      const x = tf.tensor(a, [n, n])
      const y = tf.tensor(b, [n, n])
      return {
        step: () => tf.matMul(x, y).dispose(),
        result: () => tf.matMul(x, y).dataSync(),
        end: () => tf.dispose([x, y]),
      }
    },
    W6: (given) => (given.graph === 'chain' ? chainCase(tf, given) : matricesCase(tf, given)),
  }
}

function chainCase(tf, { length, x, factor, offset }) {
  const [start, a, b] = [x, factor, offset].map((value) => tf.scalar(value))
  const run = tf.valueAndGrad((y) => {
    for (let i = 0; i < length; i++) y = tf.add(tf.mul(y, a), b)
    return y
  })
  return gradientCase(tf, [start, a, b], () => {
    const { value, grad } = run(start)
    return [value, grad]
  })
}

function matricesCase(tf, { n, a, b }) {
  const [x, y] = [a, b].map((values) => tf.tensor(values, [n, n]))
  const run = tf.valueAndGrads((p, q) => tf.sum(tf.relu(tf.matMul(p, q))))
  return gradientCase(tf, [x, y], () => {
    const { value, grads } = run([x, y])
    return [value, ...grads]
  })
}

function gradientCase(tf, inputs, run) {
  return {
    step: () => tf.dispose(run()),
    result: () => run().flatMap((t) => [...t.dataSync()]),
    end: () => tf.dispose(inputs),
  }
}
