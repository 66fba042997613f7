import { readdirSync, readFileSync } from 'node:fs'
import * as core from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { transformWithOxc } from 'vite'
import { expect, test, vi } from 'vitest'
import * as activations from './activations/index.ts'
import * as callbacks from './callbacks/index.ts'
import * as constraints from './constraints/index.ts'
import { Dataset } from './data/dataset.ts'
import { input } from './engine/input-layer.ts'
import { getMask } from './engine/masks.ts'
import * as initializers from './initializers/index.ts'
import * as layers from './layers/index.ts'
import * as losses from './losses/index.ts'
import * as metrics from './metrics/index.ts'
import { Sequential } from './models/sequential.ts'
import * as regularizers from './regularizers/index.ts'
import { PlainSGD } from './testing/plain-sgd.ts'

core.setBackend(referenceBackend())

const folders = [
  'activations',
  'callbacks',
  'constraints',
  'data',
  'initializers',
  'layers',
  'losses',
  'metrics',
  'regularizers',
]

const examples = folders.flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, import.meta.url))
    .filter((name) => !name.includes('.test.'))
    .flatMap((name) => {
      const text = readFileSync(new URL(`${folder}/${name}`, import.meta.url), 'utf8')
      return [...text.matchAll(/@example\n *\* ```ts\n([^`]*)```/g)].map((match, i) => ({
        title: `${folder}/${name} ${i + 1}`,
        code: match[1]!.replaceAll(/^ *\* ?/gm, ''),
      }))
    }),
)

/** Checks `value` against what a comment behind it says: `sum(x) // 3`, to the last digit shown. */
function claim(value: unknown, comment: string): void {
  const toArray = (one: unknown): unknown => (one instanceof core.Tensor ? one.arraySync() : one)
  const given = value instanceof core.Tensor ? toArray(value) : [value].flat().map(toArray)
  const data = ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : given
  const digits = /\.(\d+)/.exec(comment)?.[1]?.length ?? 6
  const close = (entry: unknown): unknown => {
    if (Array.isArray(entry)) return entry.map(close)
    return typeof entry === 'number' ? expect.closeTo(entry, digits) : entry
  }
  expect(data).toEqual(close(JSON.parse(comment)))
}

/** A line such as `sum(x) // 3`. */
const claimLine = /^(?! )(.*?) \/\/ ([-[\d].*)$/m

/** The program of an example, in which lines that say what they give call `claim`. */
async function programOf(code: string): Promise<string> {
  const checked = code.replaceAll(new RegExp(claimLine, 'gm'), 'claim($1, "$2")')
  // What disposes variables at the end of their block needs a helper from another package.
  const plain = checked.replaceAll(/^using /gm, 'const ')
  return (await transformWithOxc(`{${plain}}`, 'example.ts', { target: 'es2022' })).code
}

test('there are examples everywhere', () => {
  for (const folder of folders) expect(examples.some(({ title }) => title.startsWith(folder))).toBe(true)
  expect(examples.length).toBeGreaterThan(60)
  expect(examples.filter(({ code }) => claimLine.test(code)).length).toBeGreaterThan(20)
})

test.each(examples)('$title runs, and says the truth', async ({ code }) => {
  const model = new Sequential([new layers.Dense({ units: 1, inputShape: [2] })])
  model.compile({ optimizer: new PlainSGD(), loss: 'mse' })
  const data = {
    x: core.ones([4, 2]),
    y: core.ones([4, 1]),
    yTrue: core.ones([4, 1]),
    yPred: core.ones([4, 1]),
  }
  const scope = {
    ...core,
    ...layers,
    ...callbacks,
    ...{ activations, callbacks, constraints, initializers, losses, metrics, regularizers },
    ...{ ...data, claim, Dataset, Sequential, getMask, input, kernel: core.ones([3, 4]), model },
  }
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const run = new AsyncFunction(...Object.keys(scope), await programOf(code))
  await run(...Object.values(scope))
  log.mockRestore()
})

const AsyncFunction = (async () => undefined).constructor as new (
  ...texts: string[]
) => (...values: unknown[]) => Promise<void>
