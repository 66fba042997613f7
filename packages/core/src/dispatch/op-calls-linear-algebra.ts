import * as core from '../index.ts'
import type { OpCall } from './op-calls.ts'

const rows = [0.5, 0.25, 0.75, 0.125, 1, 0.375, 0.5, 0.1, 0.2]
const square = (): core.Tensor => core.tensor(rows, { shape: [3, 3] })
/** Far from singular, and strided. */
function dominant(): core.Tensor {
  const x = core.tensor([4, 0.5, 1, 0.25, 3, 0.5, 0.125, 1, 5], { shape: [3, 3] })
  const view = core.transpose(x)
  x.dispose()
  return view
}

/** Calls of the ops of linear algebra that do not take two tensors of any shape. */
export const linearAlgebraCalls: readonly OpCall[] = [
  {
    name: 'einsum',
    inputs: () => [square(), square(), square()],
    run: (...xs) => core.einsum('ij,jk,ll->ik', ...xs),
  },
  {
    name: 'triangularSolve',
    inputs: () => [dominant(), square()],
    run: (a, b) => core.triangularSolve(a!, b!, { transpose: true }),
  },
  { name: 'solve', inputs: () => [dominant(), square()], run: (a, b) => core.solve(a!, b!) },
  { name: 'inverse', inputs: () => [dominant()], run: (x) => core.inverse(x!) },
  { name: 'determinant', inputs: () => [dominant()], run: (x) => core.determinant(x!) },
  { name: 'slogdet', inputs: () => [dominant()], run: (x) => Object.values(core.slogdet(x!)) },
  { name: 'qr', inputs: () => [dominant()], run: (x) => Object.values(core.qr(x!)) },
  { name: 'cholesky', inputs: () => [dominant()], run: (x) => core.cholesky(x!, { upper: true }) },
]
