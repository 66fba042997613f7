/**
 * The Q of the QR decomposition of a matrix by Householder reflections, with signs that make R's diagonal positive:
 * for a matrix of normal numbers it is then evenly distributed over all matrices with orthonormal columns.
 *
 * @param values The m × n matrix, column by column, m ≥ n.
 * @returns The n columns of Q.
 * @see https://arxiv.org/abs/math-ph/0609050 (Mezzadri 2006)
 */
export function orthonormalColumns(values: ArrayLike<number>, m: number, n: number): Float64Array[] {
  const columns = Array.from({ length: n }, (_, j) =>
    Float64Array.from({ length: m }, (_, i) => values[j * m + i]!),
  )
  const reflectors: Float64Array[] = []
  const signs: number[] = []
  for (let k = 0; k < n; k++) {
    const column = columns[k]!
    const norm = Math.sqrt(dot(column, column, k))
    const sign = column[k]! < 0 ? -1 : 1
    // The reflection maps the column to −sign · norm on the diagonal, away from cancellation.
    const reflector = Float64Array.from(column, (x, i) => (i < k ? 0 : x))
    reflector[k]! += sign * norm
    signs.push(-sign)
    reflectors.push(reflector)
    for (let j = k; j < n; j++) reflect(columns[j]!, reflector, k)
  }
  return signs.map((sign, j) => {
    const column = new Float64Array(m)
    column[j] = sign
    for (let k = n - 1; k >= 0; k--) reflect(column, reflectors[k]!, k)
    return column
  })
}

/** x − 2 v (v · x) / (v · v), where v is zero before `start`. */
function reflect(x: Float64Array, v: Float64Array, start: number): void {
  const square = dot(v, v, start)
  if (square === 0) return
  const factor = (2 * dot(v, x, start)) / square
  for (let i = start; i < x.length; i++) x[i]! -= factor * v[i]!
}

function dot(a: Float64Array, b: Float64Array, start: number): number {
  let sum = 0
  for (let i = start; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
