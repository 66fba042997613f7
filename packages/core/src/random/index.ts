export {
  type BernoulliOptions,
  bernoulli,
  type NormalOptions,
  normal,
  permutation,
  type RandomOptions,
  truncatedNormal,
  type UniformOptions,
  uniform,
} from './distributions.ts'
export { defaultGenerator, Generator, type GeneratorState } from './generator.ts'
