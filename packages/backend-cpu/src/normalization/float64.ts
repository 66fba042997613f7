/** Rows of float64 in one array: where each tensor begins, or −1 for one that is not there. */
export interface Float64Rows<Names extends string> {
  readonly data: Float64Array
  readonly at: Readonly<Record<Names, number>>
  readonly rows: number
  readonly length: number
}

function total(length: number, term: (i: number) => number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += term(i)
  return sum
}

/** Normalizes rows; without a place for the means they are not centered. */
export function normalizeRows(
  { data, at, rows, length }: Float64Rows<'x' | 'gamma' | 'beta' | 'out' | 'mean' | 'inverse'>,
  epsilon: number,
): void {
  for (let r = 0; r < rows; r++) {
    const [x, out] = [at.x + r * length, at.out + r * length]
    const mean = at.mean < 0 ? 0 : total(length, (i) => data[x + i]!) / length
    const squares = total(length, (i) => (data[x + i]! - mean) ** 2)
    const inverse = 1 / Math.sqrt(squares / length + epsilon)
    for (let i = 0; i < length; i++) {
      const shift = at.beta < 0 ? 0 : data[at.beta + i]!
      data[out + i] = (data[x + i]! - mean) * inverse * data[at.gamma + i]! + shift
    }
    if (at.mean >= 0) data[at.mean + r] = mean
    data[at.inverse + r] = inverse
  }
}

/** The gradients of normalized rows. Those of gamma and beta are added to what is there. */
export function normalizeRowsGrad({
  data,
  at,
  rows,
  length,
}: Float64Rows<'g' | 'x' | 'gamma' | 'mean' | 'inverse' | 'gradX' | 'gradGamma' | 'gradBeta'>): void {
  for (let r = 0; r < rows; r++) {
    const start = r * length
    const mean = at.mean < 0 ? 0 : data[at.mean + r]!
    const inverse = data[at.inverse + r]!
    const slope = (i: number): number => data[at.g + start + i]! * data[at.gamma + i]!
    const normal = (i: number): number => (data[at.x + start + i]! - mean) * inverse
    const along = total(length, (i) => slope(i) * normal(i)) / length
    const average = at.mean < 0 ? 0 : total(length, slope) / length
    for (let i = 0; i < length; i++) {
      data[at.gradX + start + i] = inverse * (slope(i) - average - normal(i) * along)
      data[at.gradGamma + i]! += data[at.g + start + i]! * normal(i)
      if (at.gradBeta >= 0) data[at.gradBeta + i]! += data[at.g + start + i]!
    }
  }
}
