import { checkFlag } from '../errors/flag.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { ones, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cast } from './cast.ts'
import { gruKernel, resetAfterStep, resetBeforeStep, runGruKernel } from './gru-kernel.ts'
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

/** The weights of {@link gru}, and how it runs. */
export interface GruOptions extends RecurrentOptions {
  /** [2, 3 · units], those of x and those of h; with `resetAfter: false` [3 · units]. Default: 0. */
  readonly bias?: Tensor | null
  /** The output before the first step, [batch, units]. Default: 0. */
  readonly initialState?: Tensor | null
  /** Whether the reset gate comes after the product with the recurrent kernel, or before it. Default: true. */
  readonly resetAfter?: boolean
}

/** What {@link gru} gives. */
export interface GruResult {
  /** The output of each step, [batch, time, units]. */
  readonly outputs: Tensor
  /** The output after the last step, [batch, units]. */
  readonly state: Tensor
}

/**
 * A gated recurrent unit along sequences: for each step, with z, r, n = xₜ · kernel + bias₀ and u, v, w = h ·
 * recurrentKernel + bias₁,
 *
 *     z = σ(z + u),  r = σ(r + v),  n = tanh(n + r · w)
 *     h = z · h + (1 − z) · n
 *
 * With `resetAfter: false`, n = tanh(n + (r · h) · recurrentKernel), as first published. The gates lie in this order
 * along the last axis of the weights, as in Keras. Gradients flow to x, the weights and the initial state.
 *
 * @param x Shape [batch, time, features], of any dtype; integers and bools are cast to float32.
 * @param options `kernel` [features, 3 · units] and `recurrentKernel` [units, 3 · units], which must be given; `bias` [2, 3 · units], with `resetAfter: false` [3 · units], and `initialState` [batch, units] (default: 0); `resetAfter` (default: true); `mask`, bool [batch, time]: where it is false, a sample keeps its state and repeats its output, whatever x holds (default: all steps count); `goBackwards`: time runs from the last step to the first, and the outputs come in that order (default: false); `activation` (default: tanh) and `recurrentActivation`, that of the gates (default: sigmoid).
 * @returns `outputs` [batch, time, units] and `state` [batch, units].
 * @throws {@link ShapeError} for tensors of other shapes, {@link DTypeError} for a mask that is not bool.
 * @throws {@link ArgumentError} for what is not a tensor or a function, {@link BackendMismatchError} for tensors of different backends.
 * @see https://arxiv.org/abs/1406.1078
 * @see https://keras.io/api/layers/recurrent_layers/gru/
 * @example
 * ```ts
 * const weights = { kernel: ones([1, 3]), recurrentKernel: ones([1, 3]) }
 * gru(tensor([[[0], [1]]]), weights).outputs // [[[0.0000], [0.2048]]]
 * gru(ones([2, 5, 1]), weights).state.shape // [2, 1]
 * ```
 */
export function gru(x: Tensor, options: GruOptions): GruResult {
  checkOptionNames('gru', options, [...recurrentOptionNames, 'resetAfter'])
  const sizes = checkRecurrent('gru', x, options, 3)
  const resetAfter = checkFlag('gru', 'resetAfter', options.resetAfter, true)
  const width = 3 * sizes.units
  const bias = checkParameter('gru', 'bias', options.bias, x, resetAfter ? [2, width] : [width])
  const given = checkParameter('gru', 'initialState', options.initialState, x, [sizes.batch, sizes.units])
  return tidy(() => run(x, options, sizes, bias, given))
}

function run(
  x: Tensor,
  options: GruOptions,
  { batch, time, units }: RecurrentSizes,
  bias: Parameter,
  given: Parameter,
): GruResult {
  const { kernel, recurrentKernel, resetAfter = true } = options
  const { activation = tanh, recurrentActivation = sigmoid } = options
  const dtype = commonFloat([x, kernel, recurrentKernel, bias ?? x, given ?? x])
  const { backend } = x.storage
  const initial = given === null ? zeros([batch, units], { dtype, backend }) : cast(given, dtype)
  const biases = bias === null ? [null, null] : resetAfter ? unstack(cast(bias, dtype)) : [bias, null]
  const [ofInput, ofState] = biases as [Parameter, Parameter]
  const { steps: inputs, counts } = stepsInOrder(cast(x, dtype), options)
  const projected = project(inputs, kernel, ofInput)
  const weights = cast(recurrentKernel, dtype)
  if (time === 0) return { outputs: zeros([batch, 0, units], { dtype, backend }), state: initial }

  const isPlain = resetAfter && activation === tanh && recurrentActivation === sigmoid
  const fused = isPlain && batch * units > 0 ? backend.kernels.get(gruKernel) : undefined
  if (fused !== undefined) {
    const all = counts ?? ones([time, batch], { dtype: 'bool', backend })
    const shift = ofState ?? zeros([3 * units], { dtype, backend })
    const states = runGruKernel(fused, projected, weights, shift, initial, all)
    return { outputs: swapAxes(states, 0, 1), state: lastStep(states) }
  }
  const step = resetAfter
    ? resetAfterStep(weights, ofState, activation, recurrentActivation)
    : resetBeforeStep(weights, activation, recurrentActivation)
  const steps = runSteps(projected, counts, [initial], step)
  const [state] = steps.at(-1) as [Tensor]
  return { outputs: swapAxes(stack(steps.map(([h]) => h!)), 0, 1), state }
}
