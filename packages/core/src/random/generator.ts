import { ArgumentError, OutOfMemoryError } from '../errors/index.ts'
import { drawAt } from './draw-log.ts'
import { fillPhilox, type Key } from './philox.ts'

/** Where a generator stands; enough to make another that goes on in the same way. */
export interface GeneratorState {
  readonly key: Key
  /** The number of blocks of four words that were used. */
  readonly block: number
}

/**
 * A stream of random numbers that is the same on every machine and backend.
 *
 * Streams are cheap: `split` and `foldIn` make independent ones, `state` and `fromState` stop and resume.
 *
 * @see https://dl.acm.org/doi/10.1145/2063384.2063405 (Philox 4x32-10)
 * @example
 * ```ts
 * const generator = new random.Generator(42)
 * random.uniform([3], { generator })
 * ```
 */
export class Generator {
  #key: Key
  #block = 0

  /**
   * @param seed A whole number from 0 to 2⁵³ − 1.
   * @throws {@link ArgumentError} for another seed.
   */
  constructor(seed: number) {
    checkSeed('Generator', seed)
    this.#key = [seed % 2 ** 32, Math.floor(seed / 2 ** 32)]
  }

  /** A generator that goes on where another one's `state` was taken. */
  static fromState(state: GeneratorState): Generator {
    const { key, block } = state ?? {}
    const words =
      Array.isArray(key) &&
      key.length === 2 &&
      key.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32)
    if (!words || !Number.isSafeInteger(block) || block < 0) {
      throw new ArgumentError('this is not the state of a generator', {
        op: 'Generator.fromState',
        received: { key, block },
      })
    }
    return Generator.#at(key, block)
  }

  // Keys have 64 bits, seeds 53.
  static #at(key: Key, block: number): Generator {
    const generator = new Generator(0)
    generator.#key = [key[0], key[1]]
    generator.#block = block
    return generator
  }

  get state(): GeneratorState {
    return { key: this.#key, block: this.#block }
  }

  /**
   * The next `length` random 32-bit words.
   *
   * @throws {@link ArgumentError} for a length that is not a whole number of at least 0, {@link OutOfMemoryError} for one that there is no memory for.
   */
  bits(length: number): Uint32Array {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new ArgumentError('the length is not a whole number of at least 0', {
        op: 'Generator.bits',
        received: { length },
      })
    }
    const words = allocateWords(length)
    this.#block = drawAt(this, 'bits', this.#block)
    fillPhilox(words, this.#key, this.#block, 'numbers')
    this.#block += Math.ceil(length / 4)
    return words
  }

  /**
   * Independent generators; this one moves on.
   *
   * @param count How many. Default: 2.
   */
  split(count = 2): Generator[] {
    if (!Number.isInteger(count) || count < 0) {
      throw new ArgumentError('count is not a whole number of at least 0', {
        op: 'Generator.split',
        received: { count },
      })
    }
    this.#block = drawAt(this, 'split', this.#block)
    return Array.from({ length: count }, () => this.#derive('split', this.#block++))
  }

  /** An independent generator for a number, such as a layer's index or an epoch; the same number gives the same one. */
  foldIn(data: number): Generator {
    checkSeed('Generator.foldIn', data)
    return this.#derive('foldIn', data)
  }

  /** @internal Goes on from another block. */
  moveTo(block: number): void {
    this.#block = block
  }

  #derive(domain: 'split' | 'foldIn', block: number): Generator {
    const words = new Uint32Array(4)
    fillPhilox(words, this.#key, block, domain)
    return Generator.#at([words[0]!, words[1]!], 0)
  }
}

function allocateWords(length: number): Uint32Array {
  try {
    return new Uint32Array(length)
  } catch (cause) {
    throw new OutOfMemoryError('there is no memory for the random words', {
      op: 'Generator.bits',
      received: { length },
      cause,
    })
  }
}

function checkSeed(op: string, seed: unknown): asserts seed is number {
  if (Number.isSafeInteger(seed) && (seed as number) >= 0) return
  throw new ArgumentError('the seed is not a whole number from 0 to 2⁵³ − 1', { op, received: { seed } })
}

let shared: Generator | undefined

/**
 * Seeds the generator that random functions use when none is given.
 *
 * @param seed A whole number from 0 to 2⁵³ − 1.
 * @throws {@link ArgumentError} for another seed.
 * @example
 * ```ts
 * setSeed(1)
 * const a = random.uniform([2])
 * setSeed(1)
 * const b = random.uniform([2]) // the same numbers
 * ```
 */
export function setSeed(seed: number): void {
  checkSeed('setSeed', seed)
  shared = new Generator(seed)
}

/**
 * Sets the generator that random functions use when none is given, such as one that goes on where another was stopped.
 *
 * @throws {@link ArgumentError} for something that is not a generator.
 * @example
 * ```ts
 * const { state } = random.defaultGenerator()
 * const a = random.uniform([2])
 * random.setDefaultGenerator(random.Generator.fromState(state))
 * const b = random.uniform([2]) // the same numbers
 * ```
 */
export function setDefaultGenerator(generator: Generator): void {
  if (!(generator instanceof Generator)) {
    throw new ArgumentError('this is not a generator', {
      op: 'setDefaultGenerator',
      received: { generator },
      expected: 'a random.Generator',
    })
  }
  shared = generator
}

/** Sets the generator that random functions use when none is given, and gives the one before. */
export function exchangeDefaultGenerator(generator: Generator | undefined): Generator | undefined {
  const before = shared
  shared = generator
  return before
}

/** The generator that random functions use when none is given; seeded by chance unless `setSeed` was called. */
export function defaultGenerator(): Generator {
  shared ??= new Generator(Math.floor(Math.random() * 2 ** 53))
  return shared
}
