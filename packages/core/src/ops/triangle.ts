import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { runBinary, runSelect } from '../dispatch/elementwise.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { arange } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { insertAxes } from './unit-axes.ts'

/** Which part of each matrix stays. */
interface Triangle {
  /** Below the diagonal, or above. */
  readonly part: 'lower' | 'upper'
  /** The diagonal, which stays: columns to the right of the main one. */
  readonly k: number
}

const keepTriangle: (x: Tensor, triangle: Triangle) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'triangle',
  inputs: ['x'],
  forward: (x: Tensor, { part, k }: Triangle) =>
    tidy(() => {
      const { backend } = x.storage
      const [rows, columns] = x.shape.slice(-2) as [number, number]
      const ends = insertAxes(arange(k, k + rows, 1, { dtype: 'int32', backend }), [1])
      const positions = arange(columns, { dtype: 'int32', backend })
      const [low, high] = part === 'lower' ? [positions, ends] : [ends, positions]
      return runSelect(runBinary('lessEqual', low, high, 'bool'), x, 0, x.dtype)
    }),
  vjp: { x: (g, _saved, triangle) => keepTriangle(g, triangle) },
})

/** The matrices of a tensor with zeros outside a triangle. */
export function triangleOf(
  op: string,
  x: Tensor,
  part: Triangle['part'],
  options: { readonly k?: number },
): Tensor {
  checkInput(op, 'x', x)
  checkOptionNames(op, options, ['k'])
  if (x.shape.length < 2) {
    throw new ShapeError('the tensor has no matrices', {
      op,
      received: { x },
      expected: 'a rank of at least 2',
    })
  }
  const k = checkDiagonal(op, 'k', options.k ?? 0)
  // Beyond the corners nothing changes any more: the numbers of devices are small.
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  return keepTriangle(x, { part, k: Math.min(Math.max(k, -rows), columns) })
}

/** Throws where what names a diagonal is not a whole number. */
export function checkDiagonal(op: string, name: string, k: number): number {
  if (Number.isSafeInteger(k)) return k
  throw new ArgumentError(`${name} is not a whole number`, { op, received: { [name]: k } })
}
