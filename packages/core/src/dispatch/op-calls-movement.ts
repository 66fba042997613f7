import * as core from '../index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { OpCall } from './op-calls.ts'

/** Strided, so that backends which only take contiguous views need a copy. */
function matrix(): Tensor {
  const flat = core.tensor([0.5, 0.25, 0.75, 0.125, 1, 0.375], { shape: [2, 3] })
  const view = core.transpose(flat)
  flat.dispose()
  return view
}

const padded = (mode: core.PadMode): ((x: Tensor | undefined) => Tensor) => {
  const paddings = [
    [2, 1],
    [0, 3],
  ] as const
  return (x) => core.pad(x!, paddings, { mode })
}

/** A call of each op of the movement family that is no plain function of one tensor. */
export const movementCalls: readonly OpCall[] = [
  { name: 'roll', inputs: () => [matrix()], run: (x) => core.roll(x!, 1) },
  { name: 'roll', inputs: () => [matrix()], run: (x) => core.roll(x!, [1, -1], { axis: [0, 1] }) },
  { name: 'repeat', inputs: () => [matrix()], run: (x) => core.repeat(x!, 2, { axis: 1 }) },
  { name: 'repeat', inputs: () => [matrix()], run: (x) => core.repeat(x!, [2, 0, 1], { axis: 0 }) },
  { name: 'tril', inputs: () => [matrix()], run: (x) => core.tril(x!) },
  { name: 'triu', inputs: () => [matrix()], run: (x) => core.triu(x!, { k: 1 }) },
  { name: 'diag', inputs: () => [core.tensor([1, 2])], run: (x) => core.diag(x!, { k: -1 }) },
  { name: 'diagonal', inputs: () => [matrix()], run: (x) => core.diagonal(x!) },
  { name: 'trace', inputs: () => [matrix()], run: (x) => core.trace(x!, { offset: 1 }) },
  ...(['edge', 'reflect', 'symmetric', 'wrap'] as const).map((mode) => ({
    name: 'pad',
    inputs: () => [matrix()],
    run: padded(mode),
  })),
]
