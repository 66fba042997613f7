/** A box to be placed. */
export interface Box {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Layout {
  /** The centres of the boxes. */
  readonly centres: readonly Point[]
  /** For each edge the points that it passes: down from the first, or up where the last is above. */
  readonly paths: readonly (readonly Point[])[]
  readonly width: number
  readonly height: number
}

/** Which boxes an arrow connects. */
export type Edge = readonly [from: number, to: number]

/** A box, or the place in a layer where an edge passes. */
interface Node {
  readonly width: number
  readonly height: number
  readonly layer: number
  readonly above: Node[]
  readonly below: Node[]
  x: number
  y: number
}

const gap = 24
const layerGap = 40
const margin = 12
const sweeps = 8

/**
 * Places the boxes of a graph in layers, each below those that lead to it, so that few edges cross.
 *
 * The usual steps: layers by the longest path, places for edges that pass layers, orders by the mean of the neighbours'
 * positions, and then positions near the neighbours'.
 *
 * @param edges Pairs of indices: from, to. Where they go round in circles, some of them lead upwards.
 * @see https://doi.org/10.1109/TSMC.1981.4308636
 */
export function layoutLayers(boxes: readonly Box[], edges: readonly Edge[]): Layout {
  const depths = boxes.map(() => 0)
  const ranks = rankBoxes(boxes.length, edges)
  const isDown = ([from, to]: Edge): boolean => ranks[from]! < ranks[to]!
  const downwards = edges.map((edge): Edge => (isDown(edge) ? edge : [edge[1], edge[0]]))
  for (const [from, to] of [...downwards].sort(([a], [b]) => ranks[a]! - ranks[b]!))
    depths[to] = Math.max(depths[to]!, depths[from]! + 1)
  const layers: Node[][] = []
  const add = (layer: number, { width, height }: Box): Node => {
    const node: Node = { width, height, layer, above: [], below: [], x: 0, y: 0 }
    const row = layers[layer] ?? []
    layers[layer] = row
    row.push(node)
    return node
  }
  const nodes = boxes.map((box, i) => add(depths[i]!, box))
  const chains = downwards.map(([from, to]) => {
    const chain = [nodes[from]!]
    for (let layer = depths[from]! + 1; layer < depths[to]!; layer++)
      chain.push(add(layer, { width: 0, height: 0 }))
    chain.push(nodes[to]!)
    for (let i = 1; i < chain.length; i++) {
      chain[i - 1]!.below.push(chain[i]!)
      chain[i]!.above.push(chain[i - 1]!)
    }
    return chain
  })
  orderLayers(layers)
  const height = placeDown(layers)
  const width = placeAcross(layers)
  return {
    centres: nodes.map(({ x, y }) => ({ x, y })),
    paths: chains.map((chain, i) => (isDown(edges[i]!) ? pathOf(chain) : pathOf(chain).reverse())),
    width,
    height,
  }
}

/** An order in which each box comes after those that lead to it, as far as that is possible. */
function rankBoxes(count: number, edges: readonly Edge[]): readonly number[] {
  const ranks: number[] = Array.from({ length: count }, () => -1)
  const waiting = ranks.map(() => 0)
  for (const [, to] of edges) waiting[to] = waiting[to]! + 1
  for (let rank = 0; rank < count; rank++) {
    const free = ranks.findIndex((each, i) => each < 0 && waiting[i] === 0)
    const next = free < 0 ? ranks.indexOf(-1) : free
    ranks[next] = rank
    for (const [from, to] of edges) if (from === next) waiting[to] = waiting[to]! - 1
  }
  return ranks
}

function orderLayers(layers: readonly Node[][]): void {
  const setPositions = (layer: readonly Node[]): void => {
    layer.forEach((node, i) => {
      node.x = i
    })
  }
  for (const layer of layers) setPositions(layer)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0
    for (const layer of down ? layers : [...layers].reverse()) {
      const means = new Map(
        layer.map((node) => [node, meanX(down ? node.above : node.below, node.x)] as const),
      )
      layer.sort((a, b) => means.get(a)! - means.get(b)!)
      setPositions(layer)
    }
  }
}

function placeDown(layers: readonly (readonly Node[])[]): number {
  let top = margin
  for (const layer of layers) {
    const tallest = Math.max(...layer.map(({ height }) => height))
    for (const node of layer) node.y = top + tallest / 2
    top += tallest + layerGap
  }
  return top - layerGap + margin
}

function placeAcross(layers: readonly (readonly Node[])[]): number {
  for (const layer of layers) {
    spread(
      layer,
      layer.map(() => 0),
    )
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0
    for (const layer of down ? layers : [...layers].reverse()) {
      spread(
        layer,
        layer.map((node) =>
          meanX(down ? node.above : node.below, meanX(down ? node.below : node.above, node.x)),
        ),
      )
    }
  }
  const all = layers.flat()
  const left = Math.min(...all.map(({ x, width }) => x - width / 2))
  for (const node of all) node.x += margin - left
  return Math.max(...all.map(({ x, width }) => x + width / 2)) + margin
}

/** Puts nodes next to each other, as near to where they are wanted as their order and widths allow. */
function spread(layer: readonly Node[], wanted: readonly number[]): void {
  const distance = (i: number): number => (layer[i]!.width + layer[i + 1]!.width) / 2 + gap
  const fromLeft = [...wanted]
  for (let i = 1; i < layer.length; i++)
    fromLeft[i] = Math.max(wanted[i]!, fromLeft[i - 1]! + distance(i - 1))
  const fromRight = [...wanted]
  for (let i = layer.length - 2; i >= 0; i--)
    fromRight[i] = Math.min(wanted[i]!, fromRight[i + 1]! - distance(i))
  layer.forEach((node, i) => {
    node.x = (fromLeft[i]! + fromRight[i]!) / 2
  })
}

function meanX(nodes: readonly Node[], fallback: number): number {
  return nodes.length === 0 ? fallback : nodes.reduce((sum, { x }) => sum + x, 0) / nodes.length
}

function pathOf(chain: readonly Node[]): Point[] {
  const [first, last] = [chain[0]!, chain.at(-1)!]
  return [
    { x: first.x, y: first.y + first.height / 2 },
    ...chain.slice(1, -1).map(({ x, y }) => ({ x, y })),
    { x: last.x, y: last.y - last.height / 2 },
  ]
}
