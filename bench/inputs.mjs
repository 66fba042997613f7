/** Numbers in [-1, 1) that every peer gets alike: a linear congruential generator. */
export function uniform(length, seed) {
  const values = new Float32Array(length)
  let state = seed >>> 0
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values[i] = state / 2 ** 31 - 1
  }
  return values
}
