import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { ones, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cast } from './cast.ts'
import { lstmKernel, lstmStep, runLstmKernel } from './lstm-kernel.ts'
import { swapAxes } from './move-axis.ts'
import { checkParameter, type Parameter } from './norm-parameters.ts'
import {
  checkRecurrent,
  commonFloat,
  lastStep,
  project,
  type RecurrentOptions,
  type RecurrentSizes,
  recurrentOptionNames,
  stepsInOrder,
} from './recurrent-inputs.ts'
import { runSteps } from './recurrent-steps.ts'
import { sigmoid } from './sigmoid.ts'
import { stack } from './stack.ts'
import { tanh } from './tanh.ts'
import { unstack } from './unstack.ts'

/** The weights of {@link lstm}, and how it runs. */
export interface LstmOptions extends RecurrentOptions {
  /** [4 · units]. Default: 0. */
  readonly bias?: Tensor | null
  /** The output and the cell before the first step, each [batch, units]. Default: 0. */
  readonly initialState?: readonly [h: Tensor, c: Tensor] | null
}

/** What {@link lstm} gives. */
export interface LstmResult {
  /** The output of each step, [batch, time, units]. */
  readonly outputs: Tensor
  /** The output and the cell after the last step, each [batch, units]. */
  readonly state: readonly [h: Tensor, c: Tensor]
}

/**
 * A long short-term memory along sequences: for each step, with i, f, g, o = xₜ · kernel + h · recurrentKernel + bias,
 *
 *     c = σ(f) · c + σ(i) · tanh(g)
 *     h = σ(o) · tanh(c)
 *
 * The gates lie in this order along the last axis of the weights, as in Keras. Gradients flow to x, the weights and the
 * initial state.
 *
 * @param x Shape [batch, time, features], of any dtype; integers and bools are cast to float32.
 * @param options `kernel` [features, 4 · units] and `recurrentKernel` [units, 4 · units], which must be given; `bias` [4 · units] and `initialState` [h, c], each [batch, units] (default: 0); `mask`, bool [batch, time]: where it is false, a sample keeps its state and repeats its output, whatever x holds (default: all steps count); `goBackwards`: time runs from the last step to the first, and the outputs come in that order (default: false); `activation` (default: tanh) and `recurrentActivation`, that of the gates (default: sigmoid).
 * @returns `outputs` [batch, time, units] and `state` [h, c], each [batch, units].
 * @throws {@link ShapeError} for tensors of other shapes, {@link DTypeError} for a mask that is not bool.
 * @throws {@link ArgumentError} for what is not a tensor, a list of two states or a function, {@link BackendMismatchError} for tensors of different backends.
 * @see https://doi.org/10.1162/neco.1997.9.8.1735
 * @see https://keras.io/api/layers/recurrent_layers/lstm/
 * @example
 * ```ts
 * const weights = { kernel: ones([1, 4]), recurrentKernel: ones([1, 4]) }
 * lstm(tensor([[[0], [1]]]), weights).outputs // [[[0.0000], [0.3696]]]
 * lstm(ones([2, 5, 1]), weights).state.map((part) => part.shape) // [[2, 1], [2, 1]]
 * ```
 */
export function lstm(x: Tensor, options: LstmOptions): LstmResult {
  checkOptionNames('lstm', options, recurrentOptionNames)
  const sizes = checkRecurrent('lstm', x, options, 4)
  const bias = checkParameter('lstm', 'bias', options.bias, x, [4 * sizes.units])
  const given = checkState(options.initialState, x, sizes)
  return tidy(() => run(x, options, sizes, bias, given))
}

function checkState(
  state: readonly [Tensor, Tensor] | null | undefined,
  x: Tensor,
  { batch, units }: RecurrentSizes,
): readonly Parameter[] {
  if (state === undefined || state === null) return [null, null]
  if (!Array.isArray(state) || state.length !== 2) {
    throw new ArgumentError('initialState is not a list of two tensors', {
      op: 'lstm',
      received: { initialState: state },
      expected: '[h, c]',
    })
  }
  return state.map((part: Tensor, i) => checkParameter('lstm', `initialState[${i}]`, part, x, [batch, units]))
}

function run(
  x: Tensor,
  options: LstmOptions,
  { batch, time, units }: RecurrentSizes,
  bias: Parameter,
  given: readonly Parameter[],
): LstmResult {
  const { kernel, recurrentKernel, activation = tanh, recurrentActivation = sigmoid } = options
  const dtype = commonFloat([x, kernel, recurrentKernel, bias ?? x, given[0] ?? x, given[1] ?? x])
  const { backend } = x.storage
  const initial = given.map((part) =>
    part === null ? zeros([batch, units], { dtype, backend }) : cast(part, dtype),
  ) as [Tensor, Tensor]
  const { steps: inputs, counts } = stepsInOrder(cast(x, dtype), options)
  const projected = project(inputs, kernel, bias)
  const weights = cast(recurrentKernel, dtype)
  if (time === 0) return { outputs: zeros([batch, 0, units], { dtype, backend }), state: initial }

  const isPlain = activation === tanh && recurrentActivation === sigmoid
  const fused = isPlain && batch * units > 0 ? backend.kernels.get(lstmKernel) : undefined
  if (fused !== undefined) {
    const all = counts ?? ones([time, batch], { dtype: 'bool', backend })
    const [hs, cs] = unstack(runLstmKernel(fused, projected, weights, ...initial, all)) as [Tensor, Tensor]
    return { outputs: swapAxes(hs, 0, 1), state: [lastStep(hs), lastStep(cs)] }
  }
  const steps = runSteps(projected, counts, initial, lstmStep(weights, activation, recurrentActivation))
  const [h, c] = steps.at(-1) as [Tensor, Tensor]
  return { outputs: swapAxes(stack(steps.map((state) => state[0]!)), 0, 1), state: [h, c] }
}
