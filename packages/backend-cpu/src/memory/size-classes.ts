/** Blocks begin at multiples of this many bytes: one cache line. */
export const blockAlignment = 64

/** Bytes that belong to every block beyond those that were asked for. */
export const blockPadding = 64

/** How many size classes there are, up to a block of 4 GiB. */
export const sizeClassCount = 100

/**
 * The smallest size class whose blocks have room for `bytes`.
 *
 * Capacities are 64, 128, 192 and 256 bytes, then four to a doubling: 320, 384, 448, 512, 640, … So a block has at
 * most a quarter more than was asked for, and powers of two have nothing more.
 */
export function sizeClassOf(bytes: number): number {
  // In lines of 64 bytes, less one: capacities of one class then share their leading three bits.
  const last = (Math.ceil(bytes / blockAlignment) || 1) - 1
  if (last < 4) return last
  const shift = 29 - Math.clz32(last)
  return 4 * shift + (last >>> shift)
}

/** What a block of a size class takes, padding included; a multiple of the alignment. */
export function blockSize(sizeClass: number): number {
  if (sizeClass < 4) return (sizeClass + 1) * blockAlignment + blockPadding
  const shift = (sizeClass >> 2) - 1
  return (((sizeClass & 3) + 5) << shift) * blockAlignment + blockPadding
}

/** The largest size class whose blocks take at most `bytes`, or −1. */
export function largestClassWithin(bytes: number): number {
  if (bytes < blockSize(0)) return -1
  const capacity = bytes - blockPadding
  const sizeClass = sizeClassOf(capacity)
  return blockSize(sizeClass) <= bytes ? sizeClass : sizeClass - 1
}
