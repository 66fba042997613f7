import { blockSize, largestClassWithin, sizeClassCount } from './size-classes.ts'

/** A stretch of free memory. */
interface Region {
  readonly address: number
  readonly size: number
}

/**
 * The blocks that were given back, by size class; the last one freed is the first one reused.
 *
 * `pop` and `push` are the fast path. `split` and `merge` are for memory that cannot grow: they cut blocks from
 * larger ones, which costs later reuse, so they come last.
 */
export class FreeBlocks {
  readonly #lists: number[][] = Array.from({ length: sizeClassCount }, () => [])

  /** A free block of exactly this class. */
  pop(sizeClass: number): number | undefined {
    return this.#lists[sizeClass]!.pop()
  }

  /** Gives a block of this class back. */
  push(sizeClass: number, address: number): void {
    this.#lists[sizeClass]!.push(address)
  }

  /** Cuts a block of this class from the next larger free block that can be cut. */
  split(sizeClass: number): number | undefined {
    const size = blockSize(sizeClass)
    for (let larger = sizeClass + 1; larger < sizeClassCount; larger++) {
      const address = fits(size, blockSize(larger)) ? this.pop(larger) : undefined
      if (address === undefined) continue
      this.#addRegion({ address: address + size, size: blockSize(larger) - size })
      return address
    }
    return undefined
  }

  /** Joins neighbours into larger blocks; the stretch that ends at `top`, if any, is removed and its start returned. */
  merge(top: number): number {
    const regions = this.#takeRegions()
    const last = regions.at(-1)
    const reachesTop = last !== undefined && last.address + last.size === top
    if (reachesTop) regions.pop()
    for (const region of regions) this.#addRegion(region)
    return reachesTop ? last.address : top
  }

  /** Removes all blocks, as regions that do not touch, by address. */
  #takeRegions(): Region[] {
    const blocks = this.#lists.flatMap((list, sizeClass) => {
      const size = blockSize(sizeClass)
      return list.splice(0).map((address): Region => ({ address, size }))
    })
    blocks.sort((a, b) => a.address - b.address)
    const regions: Region[] = []
    for (const { address, size } of blocks) {
      const previous = regions.at(-1)
      if (previous !== undefined && previous.address + previous.size === address) {
        regions[regions.length - 1] = { address: previous.address, size: previous.size + size }
      } else {
        regions.push({ address, size })
      }
    }
    return regions
  }

  /** Adds a region as blocks, the largest possible first. */
  #addRegion({ address, size }: Region): void {
    while (size > 0) {
      const largest = largestClassWithin(size)
      const sizeClass = fits(blockSize(largest), size) ? largest : largest - 1
      this.push(sizeClass, address)
      address += blockSize(sizeClass)
      size -= blockSize(sizeClass)
    }
  }
}

/** Whether a block can be cut from a region so that the rest, if any, can be a block. */
function fits(block: number, region: number): boolean {
  return region === block || region - block >= blockSize(0)
}
