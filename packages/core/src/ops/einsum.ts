import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { ArgumentError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { promoteTypes } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cast } from './cast.ts'
import { type Contraction, contractionOrder } from './contraction-order.ts'
import { type Equation, readEquation } from './einsum-equation.ts'
import { arrangeTerm, multiplyTerms, narrowTerm, sumTerm, type Term } from './einsum-terms.ts'

/**
 * Sums of products, as an equation in Einstein's notation says: `ij,jk->ik` is a product of matrices.
 *
 * The equation has a letter for each axis of each tensor. Elements with equal positions along equal letters are
 * multiplied, and the products are summed along the letters that the output lacks. Without an output, it has the
 * letters that occur once, in alphabetical order. A letter that a tensor has twice means its diagonal. `...` stands
 * for any further axes, which broadcast, and which the output begins with where it is not given. Axes of size 1
 * broadcast.
 *
 * Several tensors are multiplied two at a time, each two as a batched product of matrices, in the order that takes
 * the fewest multiplications (beyond six tensors: always the cheapest pair first).
 *
 * @param equation Letters for the axes of each tensor, with commas between tensors, and the output after `->`.
 * @param operands One tensor or more, of any dtypes.
 * @returns A tensor in the promoted dtype; bools are multiplied as int32, and integers wrap.
 * @throws {@link ArgumentError} for an equation that makes no sense or is for another number of tensors, {@link ShapeError} for letters that do not fit a tensor's rank, or that would have two sizes.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.einsum.html
 * @example
 * ```ts
 * const a = tensor([[1, 2], [3, 4]])
 * einsum('ii', a) // 5
 * einsum('ij,j->i', a, tensor([1, 10])) // [21, 43]
 * einsum('...ij,...kj->...ik', ones([8, 2, 3]), ones([4, 3])).shape // [8, 2, 4]
 * ```
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  if (operands.length === 0) {
    throw new ArgumentError('there are no tensors', {
      op: 'einsum',
      received: { equation },
      hint: "einsum('ij,jk->ik', a, b)",
    })
  }
  operands.forEach((x, i) => {
    checkInput('einsum', `operand ${i}`, x)
    checkSameBackend('einsum', operands[0]!, x)
  })
  const { inputs, output, sizes } = readEquation(equation, operands)
  const promoted = operands.map((x) => x.dtype).reduce(promoteTypes)
  const dtype = promoted === 'bool' ? 'int32' : promoted
  return tidy(() => {
    const narrow = operands.map((x, i) => narrowTerm({ x: cast(x, dtype), labels: inputs[i]! }))
    const terms = narrow.map((term, i) => {
      const others = narrow.flatMap(({ labels }, j) => (j === i ? [] : labels))
      return sumTerm(term, new Set([...output, ...others]))
    })
    const order = contractionOrder(
      terms.map(({ labels }) => labels),
      output,
      sizes,
    )
    return arrangeTerm(evaluate(order, terms, sizes), output)
  })
}

/** The product of the operands in an order, two at a time. */
function evaluate(order: Contraction, terms: readonly Term[], sizes: Equation['sizes']): Term {
  if ('operand' in order) return terms[order.operand]!
  const [a, b] = order.pair.map((part) => evaluate(part, terms, sizes)) as [Term, Term]
  return multiplyTerms(a, b, order.labels, sizes)
}
