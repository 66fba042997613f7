import { random } from '@tapegrad/core'

/** Where a layer's random numbers come from: its seed, or the generator that `setSeed` seeds when they are first asked for. */
export function layerGenerator(seed: number | null): () => random.Generator {
  let generator = seed === null ? null : new random.Generator(seed)
  return () => {
    generator ??= random.defaultGenerator().split(1)[0]!
    return generator
  }
}
