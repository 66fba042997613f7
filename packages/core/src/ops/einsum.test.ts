import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { extendBackend } from '../backend/extend-backend.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import { dtypes } from '../tensor/dtype.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { einsum } from './einsum.ts'
import {
  at,
  checkBothGradients,
  expectBalanced,
  expectValues,
  indicesOf,
  type Plain,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** Loops over all labels; here an ellipsis is written as capital letters, and axes of size 1 repeat their element. */
function summed(equation: string, operands: readonly Plain[]): Plain {
  const [left, output] = equation.split('->') as [string, string]
  const terms = left.split(',')
  const sizes = new Map<string, number>()
  terms.forEach((term, i) => {
    operands[i]!.shape.forEach((side, axis) => {
      const known = sizes.get(term[axis]!) ?? 1
      sizes.set(term[axis]!, known === 1 ? side : known)
    })
  })
  const rest = [...sizes.keys()].filter((letter) => !output.includes(letter))
  const shape = [...output].map((letter) => sizes.get(letter)!)
  return plain(shape, (index) =>
    indicesOf(rest.map((letter) => sizes.get(letter)!)).reduce((total, others) => {
      const positionOf = (letter: string): number =>
        output.includes(letter) ? index[output.indexOf(letter)]! : others[rest.indexOf(letter)]!
      const factors = operands.map((x, i) =>
        at(
          x,
          x.shape.map((side, axis) => (side === 1 ? 0 : positionOf(terms[i]![axis]!))),
        ),
      )
      return total + factors.reduce((product, factor) => product * factor, 1)
    }, 0),
  )
}

interface Row {
  readonly equation: string
  readonly shapes: readonly Shape[]
  /** The equation in full. */
  readonly full: string
}

/** Equations, the shapes of the tensors, and the equation in full where it is not. */
const table: readonly (readonly [equation: string, shapes: string, full?: string])[] = [
  ['ij,jk->ik', '2 3, 3 4'],
  ['ij,jk', '2 3, 3 4', 'ij,jk->ik'],
  ['ba', '2 3', 'ba->ab'],
  ['bA', '2 3', 'bA->Ab'],
  [' i j -> j i ', '2 3', 'ij->ji'],
  ['ij->ij', '2 3'],
  ['ii', '3 3', 'ii->'],
  ['ii->i', '3 3'],
  ['iji->ij', '2 3 2'],
  ['iiji->j', '2 2 3 2'],
  ['ij->', '2 3'],
  ['ij->j', '2 3'],
  ['->', ''],
  ['', '', '->'],
  [',->', ', '],
  [',ij->ji', ', 2 3'],
  ['i,i', '3, 3', 'i,i->'],
  ['i,j->ij', '2, 3'],
  ['i,i->i', '3, 3'],
  ['ij,ij->ij', '2 3, 2 3'],
  ['ii,i->i', '3 3, 3'],
  ['ij,kl->', '2 3, 3 2'],
  ['bij,bjk->bik', '2 2 3, 2 3 2'],
  ['bij,bkj->ikb', '2 2 3, 2 2 3'],
  ['bhqd,bhkd->bhqk', '2 1 2 3, 2 1 2 3'],
  ['abcd,cbe->eda', '2 3 2 2, 2 3 2'],
  ['...ij,...jk->...ik', '2 2 3, 2 3 2', 'Aij,Ajk->Aik'],
  ['...ij,jk->...ik', '2 2 3, 3 2', 'Aij,jk->Aik'],
  ['...ij,...jk', '2 3 2 2, 1 2 2', 'ABij,Bjk->ABik'],
  ['i...,i...', '2 3 2, 2 2', 'iAB,iB->AB'],
  ['i...j->j...i', '2 3 4', 'iAj->jAi'],
  ['...', '2 3', 'AB->AB'],
  ['...,...->...', '2 3, 3', 'AB,B->AB'],
  ['...i->i...', '2', 'i->i'],
  ['i->...i', '2', 'i->i'],
  ['i,j,k->kji', '2, 3, 2'],
  ['ij,jk,kl->il', '2 3, 3 2, 2 4'],
  ['ijk,jl,kl->il', '2 3 2, 3 2, 2 2'],
  ['ij,ij,ij->i', '2 3, 2 3, 2 3'],
  ['ab,bc,cd,de,ef,fg,ga->', '2 2, 2 1, 1 2, 2 2, 2 3, 3 2, 2 2'],
  ['a,b,c,d,e,f,g->gac', '2, 2, 1, 2, 1, 2, 3'],
  ['ij,jk->ik', '2 1, 3 4'],
  ['ij,ij->ij', '1 3, 2 1'],
  ['ijk->kij', '1 1 1'],
  ['ij,jk->ik', '2 0, 0 3'],
  ['ij,jk->ikj', '2 0, 0 3'],
  ['ii->i', '0 0'],
  ['i->', '0'],
  ['i,i->i', '0, 1'],
]

const rows = table.map(([equation, shapes, full = equation]): Row => {
  const sizes = shapes.split(',').map((shape) => shape.trim().split(' '))
  return { equation, shapes: sizes.map((sides) => sides.filter((side) => side !== '').map(Number)), full }
})

/** Small whole numbers, so that sums are exact. */
function operand(shape: Shape, seed: number): Plain {
  return { shape, values: indicesOf(shape).map((_, i) => (i * 7 + seed * 3) % 4) }
}

test.each(rows)('"$equation" of $shapes agrees with plain loops', ({ equation, shapes, full }) => {
  for (const backend of testBackends) {
    for (const dtype of dtypes) {
      const plains = shapes.map(operand).map(({ shape, values }) => ({
        shape,
        values: values.map((value) => (dtype === 'bool' ? value % 2 : value)),
      }))
      const xs = plains.map(({ shape, values }) => tensor([...values], { shape, dtype, backend }))
      const expected = summed(full, plains)
      const out = einsum(equation, ...xs)
      expect(out.dtype).toBe(dtype === 'bool' ? 'int32' : dtype)
      expectValues(out, {
        shape: expected.shape,
        values: expected.values.map((value) => (dtype === 'uint8' ? value % 256 : value)),
      })
      expectBalanced(() => einsum(equation, ...xs))
      xs.forEach((x, i) => expectValues(x, plains[i]!))
      for (const x of [...xs, out]) x.dispose()
    }
  }
})

test.each(rows.filter(({ shapes }) => shapes.flat().every((side) => side > 0)))(
  '"$equation" of $shapes has gradients of both orders',
  async ({ equation, shapes }) => {
    await checkBothGradients(shapes, (...xs) => einsum(equation, ...xs))
  },
)

test('dtypes are promoted', () => {
  const whole = tensor([1, 2], { dtype: 'int32' })
  const exact = tensor([0.5, 2], { dtype: 'float64' })
  const out = einsum('i,i,i->', whole, exact, tensor([true, true]))
  expect([out.dtype, ...out.dataSync()]).toEqual(['float64', 4.5])
})

test('NaN and infinities spread as in products and sums', () => {
  const x = tensor([Number.NaN, Number.POSITIVE_INFINITY, 1])
  const y = tensor([0, 0, 2])
  expect([...einsum('i,i->i', x, y).dataSync()]).toEqual([Number.NaN, Number.NaN, 2])
  expect([...einsum('i,j->j', x, tensor([1])).dataSync()]).toEqual([Number.NaN])
  expect([...einsum('i->', tensor([Number.POSITIVE_INFINITY, 1])).dataSync()]).toEqual([
    Number.POSITIVE_INFINITY,
  ])
})

test('products of matrices and batches of them copy nothing', () => {
  const inner = referenceBackend()
  let copies = 0
  const copy: typeof inner.copy = (x, out) => {
    copies++
    inner.copy(x, out)
  }
  const backend = extendBackend(inner, { copy })
  const make = (shape: Shape): Tensor => ones(shape, { backend })
  einsum('ij,kj->ki', make([2, 3]), make([4, 3]))
  einsum('ij,jk->ik', transpose(make([3, 2])), transpose(make([4, 3])))
  einsum('bhqd,bhkd->bhqk', make([2, 3, 4, 5]), make([2, 3, 6, 5]))
  einsum('abij,abkj->abik', transpose(make([2, 3, 4, 5]), [0, 1, 3, 2]), make([2, 3, 6, 4]))
  einsum('abcd,cd->ab', make([2, 3, 4, 5]), make([4, 5]))
  expect(copies).toBe(0)
})

describe('refuses', () => {
  const a = (): Tensor => ones([2, 3])

  test.each([
    [1, 'the equation is not a string'],
    ['ij->i->j', 'more than one arrow'],
    ['i1', '"1" is no letter'],
    ['i..', '"." is no letter'],
    ['...i...', '"." is no letter'],
    ['i-j', '"-" is no letter'],
    ['ij->ii', 'the output names "i" twice'],
    ['ij->k', `no input has the output's "k"`],
    ['ij,jk->ik', 'the equation is for another number of tensors'],
  ])('the equation %s', (equation, message) => {
    expect(() => einsum(equation as never, a())).toThrow(ArgumentError)
    expect(() => einsum(equation as never, a())).toThrow(
      `einsum: ${message}`.replace('more', 'the equation has more'),
    )
  })

  test('letters that do not fit the rank', () => {
    expect(() => einsum('ijk', a())).toThrow(ShapeError)
    expect(() => einsum('ijk', a())).toThrow('einsum: "ijk" names another number of axes than operand 0 has')
    expect(() => einsum('ij,i', a(), a())).toThrow(/operand 1 has.*hint: "..." stands for all other axes/s)
    expect(() => einsum('i...jk', a())).toThrow(/expected: a tensor of rank 3 or more/)
    expect(() => einsum('...i->i', a())).toThrow(/the output has no place for the axes that "..." stands for/)
  })

  test('sizes that differ, with the letter and the operands', () => {
    expect(() => einsum('ij,jk', a(), ones([4, 2]))).toThrow(ShapeError)
    expect(() => einsum('ij,jk', a(), ones([4, 2]))).toThrow(
      /"j" has two sizes\..*operand 0: float32\[2, 3\]\n {2}operand 1: float32\[4, 2\]\n {2}expected: 3 \(operand 0\) = 4 \(operand 1\)/s,
    )
    expect(() => einsum('ii', a())).toThrow(/"i" has two sizes.*2 \(operand 0\) = 3 \(operand 0\)/s)
    expect(() => einsum('ii', ones([1, 3]))).toThrow(/"i" has two sizes/)
    expect(() => einsum('...i,...i', a(), ones([3, 3]))).toThrow(/an axis of "..." has two sizes/)
  })

  test('what is no usable tensor', () => {
    const gone = a()
    gone.dispose()
    expect(() => einsum('ij', gone)).toThrow(DisposedError)
    expect(() => einsum('ij,ij', a(), [1] as never)).toThrow(/operand 1 is not a tensor/)
    expect(() => einsum('ij')).toThrow(/einsum: there are no tensors/)
    expect(() => einsum('i,i', ones([2]), ones([2], { backend: testBackends[1]! }))).toThrow(
      /different backends/,
    )
  })
})
