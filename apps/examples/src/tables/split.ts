import { random, tidy } from 'tapegrad'

/** Rows to train with, and rows to test with that no training has seen. */
export interface Split<Row> {
  readonly train: readonly Row[]
  readonly test: readonly Row[]
}

/**
 * Holds back a fraction of the rows, drawn at random and always the same for a seed.
 *
 * @param fraction The part of the rows to test with, between 0 and 1.
 */
export function split<Row>(rows: readonly Row[], fraction: number, seed: number): Split<Row> {
  const order = tidy(() => [
    ...random.permutation(rows.length, { generator: new random.Generator(seed) }).dataSync(),
  ]).map((i) => rows[Number(i)]!)
  const held = Math.round(rows.length * fraction)
  return { train: order.slice(held), test: order.slice(0, held) }
}
