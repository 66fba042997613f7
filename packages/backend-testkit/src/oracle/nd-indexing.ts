import { elementAt, indicesOf, type OracleArray, positionOf, promote, store, toNumeric } from './array.ts'
import { broadcastShapes, broadcastTo, type OracleRange, rangeIndices } from './movement.ts'

/** out[i…] = x[indices[i…, 0], …, indices[i…, K − 1]]. */
export function gatherND(x: OracleArray, indices: OracleArray): OracleArray {
  const [outer, rest] = around(indices, x.shape)
  const values = indicesOf([...outer, ...rest]).map((index) =>
    elementAt(x, targetOf(indices, index, outer.length)),
  )
  return { shape: [...outer, ...rest], dtype: x.dtype, values }
}

/** Zeros with the updates added where the indices say. */
export function scatterND(indices: OracleArray, updates: OracleArray, shape: readonly number[]): OracleArray {
  const dtype = toNumeric(updates.dtype)
  const [outer] = around(indices, shape)
  const sums = indicesOf(shape).map(() => 0)
  for (const index of indicesOf(updates.shape))
    sums[positionOf(shape, targetOf(indices, index, outer.length))]! += elementAt(updates, index)
  return { shape, dtype, values: sums.map((value) => store(value, dtype)) }
}

function around(indices: OracleArray, shape: readonly number[]): [readonly number[], readonly number[]] {
  return [indices.shape.slice(0, -1), shape.slice(indices.shape.at(-1)!)]
}

function targetOf(indices: OracleArray, index: readonly number[], outer: number): number[] {
  const named = Array.from({ length: indices.shape.at(-1)! }, (_, k) =>
    elementAt(indices, [...index.slice(0, outer), k]),
  )
  return [...named, ...index.slice(outer)]
}

/** out[s] = Σ x[i] over all i with ids[i] = s. */
export function segmentSum(x: OracleArray, ids: OracleArray, count: number): OracleArray {
  const dtype = toNumeric(x.dtype)
  const shape = [count, ...x.shape.slice(ids.shape.length)]
  const sums = indicesOf(shape).map(() => 0)
  for (const index of indicesOf(x.shape)) {
    const segment = elementAt(ids, index.slice(0, ids.shape.length))
    sums[positionOf(shape, [segment, ...index.slice(ids.shape.length)])]! += elementAt(x, index)
  }
  return { shape, dtype, values: sums.map((value) => store(value, dtype)) }
}

/** One entry of an index; a tensor is named by its place among the tensors. */
export type OracleEntry =
  | { readonly kind: 'position'; readonly at: number }
  | { readonly kind: 'range'; readonly range: OracleRange | null }
  | { readonly kind: 'tensor'; readonly which: number }
  | { readonly kind: 'newAxis' }
  | { readonly kind: 'ellipsis' }

/** What an index selects: its shape, and for each element where in the tensor it lies. */
interface Selected {
  readonly shape: readonly number[]
  readonly sources: readonly (readonly number[])[]
}

/** A part of the result's shape, and how an index of that part goes into the source. */
interface Part {
  readonly sides: readonly number[]
  readonly place: (index: readonly number[], source: number[]) => void
}

function select(
  shape: readonly number[],
  entries: readonly OracleEntry[],
  tensors: readonly OracleArray[],
): Selected {
  const named = entries.filter(({ kind }) => kind !== 'newAxis' && kind !== 'ellipsis').length
  const whole: OracleEntry = { kind: 'range', range: null }
  const left = new Array<OracleEntry>(shape.length - named).fill(whole)
  const all = entries.some(({ kind }) => kind === 'ellipsis')
    ? entries.flatMap((entry) => (entry.kind === 'ellipsis' ? [entry, ...left] : [entry]))
    : [...entries, ...left]
  const outer = broadcastShapes([], ...tensors.map((x) => x.shape))
  const common = tensors.map((x) => broadcastTo(x, outer))
  const jumps: Part['place'][] = []
  const block: Part = { sides: outer, place: (index, source) => jumps.forEach((jump) => jump(index, source)) }
  const parts: Part[] = []
  const places: number[] = []
  let axis = 0
  for (const [i, entry] of all.entries()) {
    const along = axis
    if (entry.kind === 'newAxis') parts.push({ sides: [1], place: () => undefined })
    if (entry.kind === 'newAxis' || entry.kind === 'ellipsis') continue
    axis++
    if (entry.kind === 'range') {
      const visited = rangeIndices(entry.range, shape[along]!)
      parts.push({
        sides: [visited.length],
        place: ([step], source) => {
          source[along] = visited[step!]!
        },
      })
      continue
    }
    // The tensors' axes come where the first of those lies that they select together with.
    if (places.length === 0) parts.push(block)
    places.push(i)
    jumps.push((index, source) => {
      const at = entry.kind === 'position' ? entry.at : elementAt(common[entry.which]!, index)
      source[along] = at < 0 ? at + shape[along]! : at
    })
  }
  const areApart = places.some((place, i) => i > 0 && place !== places[i - 1]! + 1)
  const ordered = tensors.length > 0 && areApart ? [block, ...parts.filter((part) => part !== block)] : parts
  const sides = ordered.flatMap((part) => part.sides)
  const sources = indicesOf(sides).map((index) => {
    const source = shape.map(() => 0)
    let start = 0
    for (const part of ordered) {
      part.place(index.slice(start, start + part.sides.length), source)
      start += part.sides.length
    }
    return source
  })
  return { shape: sides, sources }
}

/** The shape of what an index selects. */
export function selectedShape(
  shape: readonly number[],
  entries: readonly OracleEntry[],
  tensors: readonly OracleArray[],
): readonly number[] {
  return select(shape, entries, tensors).shape
}

export function index(
  x: OracleArray,
  entries: readonly OracleEntry[],
  tensors: readonly OracleArray[],
): OracleArray {
  const { shape, sources } = select(x.shape, entries, tensors)
  return { shape, dtype: x.dtype, values: sources.map((source) => elementAt(x, source)) }
}

/** The array with what an index selects replaced, one element after the other. */
export function indexUpdate(
  x: OracleArray,
  entries: readonly OracleEntry[],
  tensors: readonly OracleArray[],
  values: OracleArray,
): OracleArray {
  const { shape, sources } = select(x.shape, entries, tensors)
  const dtype = promote(x.dtype, values.dtype)
  const given = broadcastTo(values, shape)
  const replaced = x.values.map((value) => store(value, dtype))
  sources.forEach((source, i) => {
    replaced[positionOf(x.shape, source)] = store(given.values[i]!, dtype)
  })
  return { shape: x.shape, dtype, values: replaced }
}
