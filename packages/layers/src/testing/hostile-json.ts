import { type Json, SerializationError } from '@tapegrad/core'
import { expect } from 'vitest'
import { Model } from '../models/model.ts'
import { loadModel } from '../saving/load-model.ts'
import { PlainSGD } from './plain-sgd.ts'

/** Loads, and says whether it was refused; nothing else than a model or a `SerializationError` may come of it. */
export async function isRefused(bytes: Uint8Array): Promise<boolean> {
  const result = await loadModel(bytes, { optimizers: [PlainSGD] }).catch((error: unknown) => error)
  if (result instanceof Model) {
    result.dispose()
    return false
  }
  if (result instanceof SerializationError) {
    // What a file says must not fill the screen.
    expect(result.message.length).toBeLessThan(2000)
    return true
  }
  throw result
}

/** What a file may hold in any place. */
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
  'x'.repeat(1e5),
  [],
  [[[]]],
  [null, -1],
  {},
  JSON.parse('{"__proto__":{"polluted":1}}') as Json,
  { class_name: 'Dense', config: { units: 1 } },
  { class_name: 'function', config: 'constructor', registered_name: '__proto__' },
]

/** Copies of a value, each with another value in one place. */
export function* variants(json: Json): Generator<Json> {
  yield* hostile
  if (typeof json !== 'object' || json === null) return
  for (const [key, value] of Object.entries(json)) {
    for (const variant of variants(value as Json)) {
      yield Array.isArray(json)
        ? json.map((entry: Json, i) => (String(i) === key ? variant : entry))
        : { ...json, [key]: variant }
    }
    if (!Array.isArray(json)) yield Object.fromEntries(Object.entries(json).filter(([name]) => name !== key))
  }
}
