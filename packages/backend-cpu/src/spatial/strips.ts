import type { WasmMemory } from '../memory/wasm-memory.ts'

/** Images of which strips are taken: all their rows and columns, so many bytes each place. */
export interface Images {
  readonly address: number
  readonly height: number
  readonly width: number
  readonly pixel: number
}

/** How strips lie: the first begins at a place that may lie before the image, each image has so many. */
export interface Cut {
  readonly top: number
  readonly left: number
  readonly rows: number
  readonly columns: number
  /** How many rows a strip begins below the one before, and how many strips an image has. */
  readonly step: number
  readonly perImage: number
}

/** Where a strip lies, row after row. */
interface Strip {
  readonly address: number
  readonly rowBytes: number
}

/** Strips of images: those that go beyond their image are copied into a workspace, with zeros around. */
export interface Strips {
  /** A strip with its elements. */
  read(index: number): Strip
  /** A place for all elements of a strip. */
  place(index: number): Strip
  /** Moves a strip's elements to the image, where they are not there already. */
  write(index: number): void
}

/** How many bytes of workspace the strips of a cut need. */
export function stripBytes({ rows, columns }: Cut, pixel: number): number {
  return rows * columns * pixel
}

export function makeStrips(memory: WasmMemory, images: Images, cut: Cut, workspace: number): Strips {
  const { height, width, pixel } = images
  const { left, rows, columns, step, perImage } = cut
  const imageBytes = width * pixel
  const isWide = left >= 0 && left + columns <= width
  const [firstColumn, lastColumn] = [Math.max(0, left), Math.min(width, left + columns)]
  const topOf = (index: number) => cut.top + (index % perImage) * step
  const isInside = (index: number) => isWide && topOf(index) >= 0 && topOf(index) + rows <= height
  const addressAt = (index: number, row: number, column: number) =>
    images.address + ((Math.floor(index / perImage) * height + row) * width + column) * pixel

  /** The bytes of each row that image and strip have in common. */
  function forEachRow(index: number, visit: (inImage: number, inStrip: number, bytes: number) => void): void {
    if (firstColumn >= lastColumn) return
    const top = topOf(index)
    for (let row = Math.max(0, top); row < Math.min(height, top + rows); row++) {
      const inStrip = workspace + ((row - top) * columns + firstColumn - left) * pixel
      visit(addressAt(index, row, firstColumn), inStrip, (lastColumn - firstColumn) * pixel)
    }
  }

  function place(index: number): Strip {
    return isInside(index)
      ? { address: addressAt(index, topOf(index), left), rowBytes: imageBytes }
      : { address: workspace, rowBytes: columns * pixel }
  }

  return {
    place,
    read(index) {
      if (!isInside(index)) {
        memory.u8.fill(0, workspace, workspace + stripBytes(cut, pixel))
        forEachRow(index, (from, to, bytes) => memory.u8.copyWithin(to, from, from + bytes))
      }
      return place(index)
    },
    write(index) {
      if (isInside(index)) return
      forEachRow(index, (to, from, bytes) => memory.u8.copyWithin(to, from, from + bytes))
    },
  }
}
