import { defineOp } from '../autodiff/define-op.ts'
import { grad } from '../autodiff/grad.ts'
import { isRecording } from '../autodiff/recording.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { alias, allocate, allocateLike, type Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { concat } from './concat.ts'
import { matmul } from './matmul.ts'
import { mul } from './mul.ts'
import { runSteps, type Step } from './recurrent-steps.ts'
import { reshape } from './reshape.ts'
import { sigmoid } from './sigmoid.ts'
import { slice } from './slice.ts'
import { split } from './split.ts'
import { stack } from './stack.ts'
import { readable } from './standardize.ts'
import { sum } from './sum.ts'
import { tanh } from './tanh.ts'
import { transpose } from './transpose.ts'

/**
 * The key of an optional kernel: all steps of an LSTM, from h = `h0` and c = `c0`:
 *
 *     i, f, g, o = projected[t] + h · recurrentKernel
 *     c = sigmoid(f) · c + sigmoid(i) · tanh(g)
 *     h = sigmoid(o) · tanh(c)
 *
 * where `mask[t, b]` is true; where it is false, h and c of sample b stay. Then `states[0, t] = h`, `states[1, t] = c` and
 * `gates[t] = sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)`, which are for {@link lstmGradKernel}; of steps that the
 * mask excludes they may be anything finite.
 *
 * `projected` and `gates` have the shape [time, batch, 4 · units], `recurrentKernel` has [units, 4 · units], `h0`
 * and `c0` [batch, units], `mask` [time, batch] and is bool, `states` [2, time, batch, units]; the others are of one dtype,
 * float32 or float64 (whichever the backend has). All are contiguous and not empty; `states` and `gates` are whole, the
 * offsets of the others may be greater than 0.
 */
export const lstmKernel: KernelKey<
  (projected: View, recurrentKernel: View, h0: View, c0: View, mask: View, states: View, gates: View) => void
> = /* @__PURE__ */ kernelKey('lstm', 5, 6)

/**
 * The key of an optional kernel, the gradient of {@link lstmKernel}: from `g`, the gradient of its `states`, those of
 * its `projected`, `h0` and `c0`. Steps that the mask excludes get 0 in `gradProjected`. The gradient of
 * `recurrentKernel` is a product of matrices that core computes from `gradProjected`.
 *
 * `g` has the shape of `states`, `gradProjected`, `gradH` and `gradC` have those of `projected`, `h0` and `c0` and
 * are whole. The promises of {@link lstmKernel} hold here too.
 */
export const lstmGradKernel: KernelKey<
  (
    g: View,
    recurrentKernel: View,
    h0: View,
    c0: View,
    mask: View,
    states: View,
    gates: View,
    gradProjected: View,
    gradH: View,
    gradC: View,
  ) => void
> = /* @__PURE__ */ kernelKey('lstmGrad', 7, 8, 9)

/** One step of an LSTM with any activations. */
export function lstmStep(
  recurrentKernel: Tensor,
  activation: (x: Tensor) => Tensor,
  recurrentActivation: (x: Tensor) => Tensor,
): Step {
  return (projected, [h, c]) => {
    const [i, f, g, o] = split(add(projected, matmul(h!, recurrentKernel)), 4, { axis: 1 })
    const kept = mul(recurrentActivation(f!), c!)
    const cell = add(kept, mul(recurrentActivation(i!), activation(g!)))
    return [mul(recurrentActivation(o!), activation(cell)), cell]
  }
}

/** Gives the states that a kernel has computed their place on the tape. */
const attachGradient: (
  projected: Tensor,
  recurrentKernel: Tensor,
  h0: Tensor,
  c0: Tensor,
  mask: Tensor,
  states: Tensor,
  gates: Tensor,
) => Tensor = /* @__PURE__ */ defineOp({
  name: 'lstm',
  inputs: ['projected', 'recurrentKernel', 'h0', 'c0', 'mask', 'states', 'gates'],
  save: ['projected', 'recurrentKernel', 'h0', 'c0', 'mask', 'states', 'gates'],
  forward: (_projected, _recurrentKernel, _h0, _c0, _mask, states) =>
    alias(states, states.shape, states.strides, states.offset),
  vjpAll: (g, { projected, recurrentKernel, h0, c0, mask, states, gates }) => {
    const { kernels } = projected.storage.backend
    const isComposed = isRecording(g, projected, recurrentKernel, h0, c0)
    const kernel = isComposed ? undefined : kernels.get(lstmGradKernel)
    if (kernel === undefined) {
      // The kernel's numbers are constants for the tape: what is differentiated again is computed again.
      const loss = (p: Tensor, w: Tensor, h: Tensor, c: Tensor): Tensor =>
        sum(mul(composeStates(p, w, [h, c], mask), g))
      return [...grad(loss)(projected, recurrentKernel, h0, c0), null, null, null]
    }
    const gradProjected = allocateLike(projected, projected.dtype)
    const gradH = allocateLike(h0, h0.dtype)
    const gradC = allocateLike(c0, c0.dtype)
    kernel(
      readable(g),
      readable(recurrentKernel),
      readable(h0),
      readable(c0),
      readable(mask),
      readable(states),
      readable(gates),
      gradProjected,
      gradH,
      gradC,
    )
    const [time, batch, width] = projected.shape as readonly [number, number, number]
    const units = width / 4
    const later = slice(states, [
      [0, 1],
      [0, time - 1],
    ])
    const before = concat([reshape(h0, [1, batch, units]), reshape(later, [time - 1, batch, units])])
    const gradKernel = matmul(
      transpose(reshape(before, [time * batch, units])),
      reshape(gradProjected, [time * batch, width]),
    )
    return [gradProjected, gradKernel, gradH, gradC, null, null, null]
  },
})

function composeStates(
  projected: Tensor,
  recurrentKernel: Tensor,
  initial: readonly Tensor[],
  mask: Tensor,
): Tensor {
  const step = lstmStep(recurrentKernel, tanh, sigmoid)
  const steps = runSteps(projected, mask, initial, step)
  return stack([0, 1].map((i) => stack(steps.map((state) => state[i]!))))
}

/** All steps by the backend's kernel: [2, time, batch, units]. To be called in a `tidy`. */
export function runLstmKernel(
  kernel: (...views: [View, View, View, View, View, View, View]) => void,
  projected: Tensor,
  recurrentKernel: Tensor,
  h0: Tensor,
  c0: Tensor,
  mask: Tensor,
): Tensor {
  const { dtype, storage, shape } = projected
  const states = allocate(storage.backend, dtype, [2, shape[0]!, shape[1]!, recurrentKernel.shape[0]!])
  const gates = allocate(storage.backend, dtype, shape)
  kernel(
    readable(projected),
    readable(recurrentKernel),
    readable(h0),
    readable(c0),
    readable(mask),
    states,
    gates,
  )
  return attachGradient(projected, recurrentKernel, h0, c0, mask, states, gates)
}
