import { expect, test } from 'vitest'
import { type Contraction, contractionOrder } from './contraction-order.ts'

/** The order in brackets, and how many multiplications it takes. */
function shown(equation: string, sizes: Readonly<Record<string, number>>): [order: string, cost: number] {
  const [left, output] = equation.split('->') as [string, string]
  const names = left.split(',')
  const order = contractionOrder(
    names.map((name) => [...name]),
    [...output],
    new Map(Object.entries(sizes)),
  )
  const costOf = (part: Contraction): number => {
    if ('operand' in part) return 0
    const labels = new Set(part.pair.flatMap((side) => [...side.labels]))
    const own = [...labels].reduce((count, label) => count * sizes[label]!, 1)
    return own + costOf(part.pair[0]) + costOf(part.pair[1])
  }
  const inBrackets = (part: Contraction): string =>
    'operand' in part ? names[part.operand]! : `(${part.pair.map(inBrackets).sort().join(' ')})`
  return [inBrackets(order), costOf(order)]
}

test('a chain of matrices is multiplied from the end where it is narrow', () => {
  const narrowAtTheEnd = { i: 100, j: 100, k: 100, l: 1 }
  expect(shown('ij,jk,kl->il', narrowAtTheEnd)).toEqual(['((jk kl) ij)', 2 * 100 * 100])
  const narrowAtTheStart = { i: 1, j: 100, k: 100, l: 100 }
  expect(shown('ij,jk,kl->il', narrowAtTheStart)).toEqual(['((ij jk) kl)', 2 * 100 * 100])
})

test('the classic chain of six matrices takes the least that is possible', () => {
  const sizes = { a: 30, b: 35, c: 15, d: 5, e: 10, f: 20, g: 25 }
  expect(shown('ab,bc,cd,de,ef,fg->ag', sizes)[1]).toBe(15_125)
})

test('small factors are multiplied first where that saves the most', () => {
  expect(shown('ab,c,d->abcd', { a: 50, b: 50, c: 2, d: 2 })).toEqual(['((c d) ab)', 4 + 50 * 50 * 4])
})

test('many operands begin with the cheapest pair', () => {
  const names = [...'abcdefghij']
  const equation = `${names
    .slice(1)
    .map((name, i) => `${names[i]}${name}`)
    .join(',')}->aj`
  const sizes = Object.fromEntries(names.map((name) => [name, name === 'j' ? 1 : 10]))
  // From the narrow end every product is one of a matrix and a vector.
  expect(shown(equation, sizes)[1]).toBe(8 * 10 * 10)
})

test('what is left of each product are the labels that something else needs', () => {
  const order = contractionOrder(
    [['i', 'j'], ['j', 'k'], ['k']],
    ['i'],
    new Map([
      ['i', 2],
      ['j', 2],
      ['k', 2],
    ]),
  )
  expect(order.labels).toEqual(['i'])
  expect('pair' in order && order.pair.map(({ labels }) => [...labels].sort().join('')).sort()).toEqual([
    'ij',
    'j',
  ])
})
