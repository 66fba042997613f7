import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const here = fileURLToPath(new URL('..', import.meta.url))
const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc')

/** How many types a model of 30 layers may make TypeScript instantiate. */
const most = 100_000

const imports = `
import * as layers from '@tapegrad/layers'
import { Adam } from '@tapegrad/optimizers'
export const parts = [layers, Adam]
`

/** Layers of many kinds, each written out: what is instantiated once for a kind must not be all that counts. */
const kinds = [
  "new layers.Dense({ units: 8, activation: 'relu', kernelRegularizer: 'l2' })",
  "new layers.Conv2D({ filters: 4, kernelSize: 3, padding: 'same' })",
  'new layers.BatchNormalization({ momentum: 0.9 })',
  "new layers.Activation({ activation: 'tanh' })",
  'new layers.MaxPooling2D({ poolSize: 2 })',
  'new layers.Dropout({ rate: 0.5 })',
]
const thirty = Array.from({ length: 30 }, (_, i) => kinds[i % kinds.length]!)

const programs: Readonly<Record<string, string>> = {
  empty: '',
  sequential: `
const model = new layers.Sequential([
  ${thirty.join(',\n  ')},
])
model.compile({ optimizer: new Adam(), loss: 'meanSquaredError', metrics: ['mae'] })
`,
  functional: `
const x0 = layers.Input({ shape: [32, 32, 3] })
${thirty.map((layer, i) => `const x${i + 1} = ${layer}.apply(x${i})`).join('\n')}
const attended = new layers.MultiHeadAttention({ numHeads: 2, keyDim: 4 }).apply([x29, x30], { useCausalMask: true })
const model = new layers.Model({ inputs: x0, outputs: [x30, attended] })
model.compile({ optimizer: new Adam(), loss: 'meanSquaredError' })
export const outputs = model.apply(x0)
`,
}

let folder = ''

beforeAll(async () => {
  // Inside the package, so that it finds what the package depends on.
  folder = await mkdtemp(join(here, 'node_modules/.programs-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function instantiations(name: string): Promise<number> {
  await writeFile(join(folder, `${name}.ts`), imports + programs[name]!)
  const config = { extends: '../../tsconfig.json', include: [`${name}.ts`, '../../../../types'], exclude: [] }
  await writeFile(join(folder, `${name}.json`), JSON.stringify(config))
  const { stdout } = await run(process.execPath, [
    tsc,
    '-p',
    join(folder, `${name}.json`),
    '--extendedDiagnostics',
  ])
  return Number(/Instantiations:\s+(\d+)/.exec(stdout)![1])
}

test.each(['sequential', 'functional'])(
  `a model of 30 layers, %s, adds at most ${most} instantiations`,
  async (name) => {
    const without = await instantiations('empty')
    const added = (await instantiations(name)) - without
    expect(without).toBeGreaterThan(0)
    expect(added).toBeGreaterThan(0)
    expect(added).toBeLessThanOrEqual(most)
  },
  120_000,
)
