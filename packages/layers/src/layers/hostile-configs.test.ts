import { type Json, memory, setBackend, TapegradError } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { configs } from '../../fixtures/keras.ts'
import { builtInLayers } from '../saving/built-in-layers.ts'
import { isConfig, withLayerClasses } from '../saving/serializable.ts'

setBackend(referenceBackend())

/** What a config may hold in any place. */
const hostile: readonly Json[] = [
  null,
  true,
  -1,
  0.5,
  1e300,
  2 ** 53,
  '',
  '__proto__',
  'constructor',
  [],
  [[[]]],
  [null, -1],
  [1e300, 1e300],
  [[1, 2, 3], 2],
  {},
  { class_name: 'Dense', config: { units: 1 } },
]

/** Copies of a value, each with another value in one place. */
function* variants(json: Json): Generator<Json> {
  yield* hostile
  if (typeof json !== 'object' || json === null) return
  for (const [key, value] of Object.entries(json)) {
    for (const variant of variants(value as Json)) {
      yield Array.isArray(json)
        ? json.map((entry: Json, i) => (String(i) === key ? variant : entry))
        : { ...json, [key]: variant }
    }
  }
}

const entries = configs.layers.filter((entry) => builtInLayers.has(entry.class))

test.each(entries)('anything in any place of a config of $class: a layer or a named error', (entry) => {
  const before = memory()
  let refused = 0
  for (const variant of variants(entry.config)) {
    if (!isConfig(variant)) continue
    try {
      withLayerClasses(builtInLayers, () => builtInLayers.get(entry.class)!.fromConfig(variant)).dispose()
    } catch (error) {
      expect(error).toBeInstanceOf(TapegradError)
      expect((error as Error).message.length).toBeLessThan(2000)
      refused++
    }
  }
  expect(refused).toBeGreaterThan(0)
  expect(memory()).toEqual(before)
})
