import { type Config, type FloatDType, random, type Shape, type Tensor } from '@tapegrad/core'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { Serializable } from '../saving/serializable.ts'
import type { InitializerOptions } from './initializer.ts'

/** The option of every initializer that draws random numbers. */
export interface SeedOptions {
  /**
   * A whole number of at least 0: every call then gives the same values for the same shape. Default: null, each
   * call draws new ones from the generator that `setSeed` seeds.
   */
  readonly seed?: number | null
}

/** What the initializers that draw random numbers have in common. */
export abstract class RandomInitializer implements Serializable {
  readonly seed: number | null

  constructor(op: string, { seed = null }: SeedOptions) {
    if (seed !== null) {
      checkNumber(op, 'seed', seed, 'integer')
      checkNumber(op, 'seed', seed, 'nonNegative')
    }
    this.seed = seed
  }

  abstract apply(shape: Shape, options?: InitializerOptions): Tensor

  getConfig(): Config {
    return { seed: this.seed }
  }

  /** The options of a random function: those of the call and the seed's generator. */
  protected drawOptions(options: InitializerOptions): InitializerOptions & DrawOptions {
    return this.seed === null ? options : { ...options, generator: new random.Generator(this.seed) }
  }
}

interface DrawOptions {
  readonly dtype?: FloatDType
  readonly generator?: random.Generator
}

export function readSeed(read: ConfigReader): { readonly seed: number | null } {
  return { seed: read.integer('seed', null) }
}
