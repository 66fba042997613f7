import type { Label } from './einsum-equation.ts'

/** What is multiplied first: an operand, or the product of two others, and the labels that are left of it. */
export type Contraction =
  | { readonly operand: number; readonly labels: readonly Label[] }
  | { readonly pair: readonly [Contraction, Contraction]; readonly labels: readonly Label[] }

/** So many operands have few enough orders to look at them all. */
const mostExhaustive = 6

/**
 * The order of products that takes the fewest multiplications; of many operands, one that begins with the cheapest.
 *
 * @param terms The labels of each operand, each once.
 * @param output The labels that are kept.
 * @param sizes The sizes of all labels.
 */
export function contractionOrder(
  terms: readonly (readonly Label[])[],
  output: readonly Label[],
  sizes: ReadonlyMap<Label, number>,
): Contraction {
  return terms.length <= mostExhaustive ? best(terms, output, sizes) : cheapestFirst(terms, output, sizes)
}

interface Plan {
  readonly cost: number
  readonly contraction: Contraction
}

/** The best way to each set of operands, as bits, from the best ways to its parts. */
function best(
  terms: readonly (readonly Label[])[],
  output: readonly Label[],
  sizes: ReadonlyMap<Label, number>,
): Contraction {
  const all = 2 ** terms.length - 1
  const plans: Plan[] = []
  for (let set = 1; set <= all; set++) {
    const operand = Math.log2(set)
    if (Number.isInteger(operand)) {
      plans[set] = { cost: 0, contraction: { operand, labels: terms[operand]! } }
      continue
    }
    const outside = new Set([...output, ...terms.filter((_, i) => (set & (1 << i)) === 0).flat()])
    let plan: Plan | undefined
    for (let part = (set - 1) & set; part > 0; part = (part - 1) & set) {
      const [a, b] = [plans[part]!, plans[set ^ part]!]
      if (part < (set ^ part)) continue
      const labels = new Set([...a.contraction.labels, ...b.contraction.labels])
      const cost = a.cost + b.cost + multiplications(labels, sizes)
      if (plan !== undefined && plan.cost <= cost) continue
      const left = [...labels].filter((label) => outside.has(label))
      plan = { cost, contraction: { pair: [b.contraction, a.contraction], labels: left } }
    }
    plans[set] = plan!
  }
  return plans[all]!.contraction
}

/** Always the pair that takes the fewest multiplications. */
function cheapestFirst(
  terms: readonly (readonly Label[])[],
  output: readonly Label[],
  sizes: ReadonlyMap<Label, number>,
): Contraction {
  const left: Contraction[] = terms.map((labels, operand) => ({ operand, labels }))
  while (left.length > 1) {
    let pair: readonly [number, number] = [0, 1]
    let least = Number.POSITIVE_INFINITY
    for (let j = 1; j < left.length; j++) {
      for (let i = 0; i < j; i++) {
        const cost = multiplications(new Set([...left[i]!.labels, ...left[j]!.labels]), sizes)
        if (cost < least) [least, pair] = [cost, [i, j]]
      }
    }
    const b = left.splice(pair[1], 1)[0]!
    const a = left.splice(pair[0], 1)[0]!
    const outside = new Set([...output, ...left.flatMap(({ labels }) => labels)])
    const labels = [...new Set([...a.labels, ...b.labels])].filter((label) => outside.has(label))
    left.push({ pair: [a, b], labels })
  }
  return left[0]!
}

function multiplications(labels: ReadonlySet<Label>, sizes: ReadonlyMap<Label, number>): number {
  let count = 1
  for (const label of labels) count *= sizes.get(label)!
  return count
}
