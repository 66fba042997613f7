export { categorical } from './categorical.ts'
export {
  type BernoulliOptions,
  bernoulli,
  type ExponentialOptions,
  exponential,
  type NormalOptions,
  normal,
  truncatedNormal,
  type UniformOptions,
  uniform,
} from './distributions.ts'
export type { RandomOptions } from './draw.ts'
export { defaultGenerator, Generator, type GeneratorState, setDefaultGenerator } from './generator.ts'
export { permutation, type ShuffleOptions, shuffle } from './permutation.ts'
export { type RandintOptions, randint } from './randint.ts'
