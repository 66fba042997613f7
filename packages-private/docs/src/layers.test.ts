import { readFileSync } from 'node:fs'
import * as exported from '@tapegrad/layers'
import { expect, test } from 'vitest'

interface LayerClass {
  readonly name: string
  readonly summary: string
}

const script = new URL('../../../scripts/read-layer-classes.mjs', import.meta.url).href
const { readLayerClasses } = (await import(script)) as { readLayerClasses(): LayerClass[] }

const page = readFileSync(new URL('../../../docs/layers.md', import.meta.url), 'utf8')
const lines = [...page.matchAll(/^\| `(\w+)` +\| (.*) \|$/gm)].map(([, name, cells]) => {
  const [summary, config, , mask, , saving] = cells!.split(/(?<!\\)\|/).map((cell) => cell.trim())
  return { name: name!, summary: summary!.replaceAll('\\|', '|'), config, mask, saving }
})
const hint = 'write it with: node scripts/write-layers.mjs'

test('docs/layers.md has a line for every layer that is exported, and for nothing else', () => {
  const { InputLayer, Layer, Model, RNNCell } = exported
  // Models are told elsewhere; the third is the base of cells of one's own.
  const others: readonly unknown[] = [InputLayer, Model, RNNCell]
  const isLayer = (value: unknown): boolean =>
    typeof value === 'function' &&
    value.prototype instanceof Layer &&
    !(value.prototype instanceof Model) &&
    !others.includes(value)
  const names = Object.entries(exported).flatMap(([name, value]) => (isLayer(value) ? [name] : []))
  expect(names.length).toBeGreaterThan(70)
  expect(lines.map(({ name }) => name).sort(), hint).toEqual(names.sort())
})

test('each line says what the layer’s documentation says', () => {
  expect(
    lines.map(({ name, summary }) => ({ name, summary })),
    hint,
  ).toEqual(readLayerClasses())
})

test.each(lines)('$name has been tested as every layer is', ({ config, mask, saving }) => {
  expect(config, hint).toMatch(/✓/)
  expect(mask, hint).not.toBe('')
  expect(saving, hint).toBe('✓')
})
