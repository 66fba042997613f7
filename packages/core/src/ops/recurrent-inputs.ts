import { checkInput } from '../autodiff/inputs.ts'
import { checkFlag } from '../errors/flag.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { promoteTypes, toFloatType } from '../tensor/dtype.ts'
import { type Shape, sameShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { cast } from './cast.ts'
import { flip } from './flip.ts'
import { checkMask } from './mask-arguments.ts'
import { matmul } from './matmul.ts'
import { swapAxes } from './move-axis.ts'
import { checkParameter } from './norm-parameters.ts'
import { reshape } from './reshape.ts'
import { slice } from './slice.ts'
import { insertAxes, removeAxes } from './unit-axes.ts'
import { where } from './where.ts'

/** What {@link lstm} and {@link gru} have in common. */
export interface RecurrentOptions {
  /** The weights of x, [features, gates · units]. */
  readonly kernel: Tensor
  /** The weights of the output before, [units, gates · units]. */
  readonly recurrentKernel: Tensor
  /** Bool, [batch, time]: where it is false, a sample keeps its state and its output. Default: all steps count. */
  readonly mask?: Tensor | null
  /** Whether time runs from the last step to the first; the outputs come in the order in which they are computed. Default: false. */
  readonly goBackwards?: boolean
  /** Default: tanh. */
  readonly activation?: (x: Tensor) => Tensor
  /** The activation of the gates. Default: sigmoid. */
  readonly recurrentActivation?: (x: Tensor) => Tensor
}

/** The names of {@link RecurrentOptions}. */
export const recurrentOptionNames: readonly string[] = [
  'kernel',
  'recurrentKernel',
  'bias',
  'initialState',
  'mask',
  'goBackwards',
  'activation',
  'recurrentActivation',
]

/** The sizes of a recurrent network. */
export interface RecurrentSizes {
  readonly batch: number
  readonly time: number
  readonly units: number
}

/** Throws where what both ops take does not go together. */
export function checkRecurrent(
  op: string,
  x: Tensor,
  options: RecurrentOptions,
  gates: number,
): RecurrentSizes {
  checkInput(op, 'x', x)
  if (x.shape.length !== 3) {
    throw new ShapeError('x is not a batch of sequences', {
      op,
      received: { x },
      expected: 'shape [batch, time, features]',
    })
  }
  const [batch, time, features] = x.shape as readonly [number, number, number]
  const { kernel, recurrentKernel, mask, goBackwards, activation, recurrentActivation } = options
  checkInput(op, 'kernel', kernel)
  checkInput(op, 'recurrentKernel', recurrentKernel)
  const units = recurrentKernel.shape[0] ?? 0
  checkParameter(op, 'recurrentKernel', recurrentKernel, x, [units, gates * units])
  checkParameter(op, 'kernel', kernel, x, [features, gates * units])
  if (mask !== undefined && mask !== null) checkSteps(op, mask, x, [batch, time])
  checkFlag(op, 'goBackwards', goBackwards)
  for (const [name, f] of Object.entries({ activation, recurrentActivation })) {
    if (f === undefined || typeof f === 'function') continue
    throw new ArgumentError(`${name} is not a function`, {
      op,
      received: { [name]: f },
      expected: 'a function of a tensor, such as tanh',
    })
  }
  return { batch, time, units }
}

function checkSteps(op: string, mask: Tensor, x: Tensor, shape: Shape): void {
  checkMask(op, mask, x)
  if (sameShape(mask.shape, shape)) return
  throw new ShapeError('the mask does not have a value for each step', {
    op,
    received: { x, mask },
    expected: `shape [${shape.join(', ')}]`,
  })
}

/** The float dtype of tensors together. */
export function commonFloat(tensors: readonly Tensor[]): 'float32' | 'float64' {
  return toFloatType(tensors.map(({ dtype }) => dtype).reduce(promoteTypes))
}

/** Sequences with time first, in the order in which the steps are computed. */
function inOrder<T extends Tensor>(x: T, goBackwards: boolean | undefined): T {
  const steps = swapAxes(x, 0, 1) as T
  return goBackwards === true ? (flip(steps, { axis: 0 }) as T) : steps
}

/** Sequences and their mask, both with time first in the order of the steps, with zeros where the mask is false. */
export function stepsInOrder(
  x: Tensor,
  { mask, goBackwards }: RecurrentOptions,
): { readonly steps: Tensor; readonly counts: Tensor | null } {
  const steps = inOrder(x, goBackwards)
  if (mask === undefined || mask === null) return { steps, counts: null }
  const counts = inOrder(mask, goBackwards)
  // Whatever stands there, NaN included, would reach the gradients: 0 · NaN is NaN.
  return { steps: where(insertAxes(counts, [2]), steps, 0), counts }
}

/** x · kernel + bias for all steps at once, [time, batch, gates · units]. */
export function project(steps: Tensor, kernel: Tensor, bias: Tensor | null): Tensor {
  const [time, batch, features] = steps.shape as readonly [number, number, number]
  const product = matmul(reshape(steps, [time * batch, features]), cast(kernel, steps.dtype))
  const shifted = bias === null ? product : add(product, cast(bias, steps.dtype))
  return reshape(shifted, [time, batch, kernel.shape[1]!])
}

/** The last of all steps, without the axis of time. */
export function lastStep(steps: Tensor): Tensor {
  const [time] = steps.shape as readonly [number]
  return removeAxes(slice(steps, [[time - 1, time]]), [0])
}
