/*
 * Philox 4x32-10, a counter-based generator: block i of a stream is a function of i and the key alone, so streams
 * can be split, resumed and computed anywhere with the same bits.
 *
 * Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011).
 */

const multiplier0 = 0xd2511f53
const multiplier1 = 0xcd9e8d57
const keyStep0 = 0x9e3779b9
const keyStep1 = 0xbb67ae85
const rounds = 10

/** The two 32-bit words that select a stream. */
export type Key = readonly [number, number]

/** What a stream's counters are for: numbers, keys of new streams, keys derived from data. */
export type Domain = 'numbers' | 'split' | 'foldIn'

const domainWord: Readonly<Record<Domain, number>> = { numbers: 0, split: 1, foldIn: 2 }

/**
 * Fills `out` with random 32-bit words, four for each block from `block` on.
 *
 * @param block The number of the first block, at most 2⁵³.
 */
export function fillPhilox(out: Uint32Array, key: Key, block: number, domain: Domain): void {
  const blockWords = new Uint32Array(4)
  for (let i = 0; i < out.length; i += 4) {
    const index = block + i / 4
    philoxBlock(blockWords, key, index % 2 ** 32, Math.floor(index / 2 ** 32), 0, domainWord[domain])
    const words = Math.min(4, out.length - i)
    for (let j = 0; j < words; j++) out[i + j] = blockWords[j]!
  }
}

/** One block: ten rounds over a counter of four words. */
export function philoxBlock(
  out: Uint32Array,
  key: Key,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
): void {
  let c0 = counter0 | 0
  let c1 = counter1 | 0
  let c2 = counter2 | 0
  let c3 = counter3 | 0
  let k0 = key[0] | 0
  let k1 = key[1] | 0
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multiplier0, c0)
    const high1 = multiplyHigh(multiplier1, c2)
    const low0 = Math.imul(multiplier0, c0)
    const low1 = Math.imul(multiplier1, c2)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + keyStep0) | 0
    k1 = (k1 + keyStep1) | 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}

/** The upper 32 bits of the product of two unsigned 32-bit numbers, by halves of 16 bits. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const low = Math.imul(aLow, bLow) >>> 0
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (low >>> 16)
  const cross = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff)
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (cross >>> 16)) | 0
}
