/** Attention in plain loops, for tests. */
export type Matrix = readonly (readonly number[])[]

/** The weights of one sequence, 0 where a query attends to nothing, and what its queries read with them. */
export function attendInLoops(
  query: Matrix,
  key: Matrix,
  value: Matrix,
  score: (query: readonly number[], key: readonly number[]) => number,
  allowed: (query: number, key: number) => boolean,
): { readonly weights: Matrix; readonly output: Matrix } {
  const weights = query.map((q, i) => {
    const scores = key.map((k, j) => (allowed(i, j) ? score(q, k) : Number.NEGATIVE_INFINITY))
    const peak = Math.max(...scores)
    const exponentials = scores.map((s) => (s === Number.NEGATIVE_INFINITY ? 0 : Math.exp(s - peak)))
    const total = exponentials.reduce((a, b) => a + b, 0)
    return exponentials.map((e) => (total === 0 ? 0 : e / total))
  })
  const output = weights.map((row) =>
    value[0]!.map((_, column) => row.reduce((sum, weight, j) => sum + weight * value[j]![column]!, 0)),
  )
  return { weights, output }
}
