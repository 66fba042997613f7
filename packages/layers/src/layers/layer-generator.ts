import { random } from '@tapegrad/core'
import type { AnyLayer } from '../engine/layer.ts'

/** Where a layer's random numbers come from, as far as it has been asked for any. */
interface Source {
  generator: random.Generator | null
}

const sources: WeakMap<object, Source> = /* @__PURE__ */ new WeakMap()

/** Where a layer's random numbers come from: its seed, or the generator that `setSeed` seeds when they are first asked for. */
export function layerGenerator(layer: object, seed: number | null): () => random.Generator {
  const source: Source = { generator: seed === null ? null : new random.Generator(seed) }
  sources.set(layer, source)
  return () => {
    source.generator ??= random.defaultGenerator().split(1)[0]!
    return source.generator
  }
}

/** Where the generators of a layer and of all layers in it stand; null for one that was not asked for numbers yet. */
export function generatorStates(layer: AnyLayer): readonly (random.GeneratorState | null)[] {
  return sourcesIn(layer).map(({ generator }) => generator?.state ?? null)
}

/** Lets the generators go on from what `generatorStates` gave; false where there is another number of them. */
export function restoreGenerators(
  layer: AnyLayer,
  states: readonly (random.GeneratorState | null)[],
): boolean {
  const found = sourcesIn(layer)
  if (found.length !== states.length) return false
  const generators = states.map((state) => (state === null ? null : random.Generator.fromState(state)))
  found.forEach((source, i) => {
    source.generator = generators[i]!
  })
  return true
}

function sourcesIn(layer: AnyLayer): readonly Source[] {
  return layer.flatten().flatMap((each) => sources.get(each) ?? [])
}
