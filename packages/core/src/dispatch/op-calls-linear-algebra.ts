import * as core from '../index.ts'
import type { OpCall } from './op-calls.ts'

const rows = [0.5, 0.25, 0.75, 0.125, 1, 0.375, 0.5, 0.1, 0.2]
const square = (): core.Tensor => core.tensor(rows, { shape: [3, 3] })

/** Calls of the ops of linear algebra that do not take two tensors of any shape. */
export const linearAlgebraCalls: readonly OpCall[] = [
  {
    name: 'einsum',
    inputs: () => [square(), square(), square()],
    run: (...xs) => core.einsum('ij,jk,ll->ik', ...xs),
  },
]
