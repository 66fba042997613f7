import type { random } from '@tapegrad/core'

/**
 * Standard normal numbers in the program's memory, for what is not computed on a device: two from each pair of random
 * words.
 *
 * @see https://doi.org/10.1214/aoms/1177706645 (Box, Muller 1958)
 */
export function hostNormals(count: number, generator: random.Generator): Float64Array {
  const words = generator.bits(2 * Math.ceil(count / 2))
  return Float64Array.from({ length: count }, (_, i) => {
    const first = i - (i % 2)
    // Off 0, whose logarithm is infinite.
    const radius = Math.sqrt(-2 * Math.log((words[first]! + 0.5) * 2 ** -32))
    const angle = 2 * Math.PI * words[first + 1]! * 2 ** -32
    return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
  })
}
