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
import { sub } from './sub.ts'
import { sum } from './sum.ts'
import { tanh } from './tanh.ts'
import { transpose } from './transpose.ts'

/**
 * The key of an optional kernel: all steps of a GRU that resets after the product, from h = `initial`:
 *
 *     z, r, n = projected[t];  u, v, w = h · recurrentKernel + recurrentBias
 *     z = sigmoid(z + u);  r = sigmoid(r + v);  n = tanh(n + r · w)
 *     h = z · h + (1 − z) · n
 *
 * where `mask[t, b]` is true; where it is false, h of sample b stays. Then `states[t] = h` and `gates[t] = z, r, n, w`,
 * which are for {@link gruGradKernel}; of steps that the mask excludes `gates` may be anything finite.
 *
 * `projected` has the shape [time, batch, 3 · units], `recurrentKernel` [units, 3 · units], `recurrentBias` [3 · units],
 * `initial` [batch, units], `mask` [time, batch] and is bool, `states` [time, batch, units], `gates` [time, batch,
 * 4 · units]; the others are of one dtype, float32 or float64 (whichever the backend has). All are contiguous and not
 * empty; `states` and `gates` are whole, the offsets of the others may be greater than 0.
 */
export const gruKernel: KernelKey<
  (
    projected: View,
    recurrentKernel: View,
    recurrentBias: View,
    initial: View,
    mask: View,
    states: View,
    gates: View,
  ) => void
> = /* @__PURE__ */ kernelKey('gru', 5, 6)

/**
 * The key of an optional kernel, the gradient of {@link gruKernel}: from `g`, the gradient of its `states`, those of its
 * `projected`, of u, v, w for each step, and of `initial`. Steps that the mask excludes get 0 in the first two. Core
 * computes the gradients of `recurrentKernel` and `recurrentBias` from `gradProduct`.
 *
 * `g` has the shape of `states`, `gradProjected` and `gradProduct` have that of `projected`, `gradInitial` that of
 * `initial`; these three are whole. The promises of {@link gruKernel} hold here too.
 */
export const gruGradKernel: KernelKey<
  (
    g: View,
    recurrentKernel: View,
    initial: View,
    mask: View,
    states: View,
    gates: View,
    gradProjected: View,
    gradProduct: View,
    gradInitial: View,
  ) => void
> = /* @__PURE__ */ kernelKey('gruGrad', 6, 7, 8)

type Activation = (x: Tensor) => Tensor

/** z · h + (1 − z) · candidate */
function blend(z: Tensor, h: Tensor, candidate: Tensor): Tensor {
  return add(candidate, mul(z, sub(h, candidate)))
}

/** A step of a GRU that resets after the product with the state. */
export function resetAfterStep(
  recurrentKernel: Tensor,
  recurrentBias: Tensor | null,
  activation: Activation,
  recurrentActivation: Activation,
): Step {
  const units = recurrentKernel.shape[0]!
  const parts = [units, units, units]
  return (projected, [h]) => {
    const product = matmul(h!, recurrentKernel)
    const inner = split(recurrentBias === null ? product : add(product, recurrentBias), parts, { axis: 1 })
    const outer = split(projected, parts, { axis: 1 })
    const z = recurrentActivation(add(outer[0]!, inner[0]!))
    const r = recurrentActivation(add(outer[1]!, inner[1]!))
    return [blend(z, h!, activation(add(outer[2]!, mul(r, inner[2]!))))]
  }
}

/** A step of a GRU that resets the state before the product. */
export function resetBeforeStep(
  recurrentKernel: Tensor,
  activation: Activation,
  recurrentActivation: Activation,
): Step {
  const units = recurrentKernel.shape[0]!
  const [ofGates, ofCandidate] = split(recurrentKernel, [2 * units, units], { axis: 1 })
  return (projected, [h]) => {
    const [gates, candidate] = split(projected, [2 * units, units], { axis: 1 })
    const sums = split(add(gates!, matmul(h!, ofGates!)), [units, units], { axis: 1 })
    const [z, r] = sums.map((part) => recurrentActivation(part))
    return [blend(z!, h!, activation(add(candidate!, matmul(mul(r!, h!), ofCandidate!))))]
  }
}

/** Gives the states that a kernel has computed their place on the tape. */
const attachGradient: (
  projected: Tensor,
  recurrentKernel: Tensor,
  recurrentBias: Tensor,
  initial: Tensor,
  mask: Tensor,
  states: Tensor,
  gates: Tensor,
) => Tensor = /* @__PURE__ */ defineOp({
  name: 'gru',
  inputs: ['projected', 'recurrentKernel', 'recurrentBias', 'initial', 'mask', 'states', 'gates'],
  save: ['projected', 'recurrentKernel', 'recurrentBias', 'initial', 'mask', 'states', 'gates'],
  forward: (_projected, _recurrentKernel, _recurrentBias, _initial, _mask, states) =>
    alias(states, states.shape, states.strides, states.offset),
  vjpAll: (g, { projected, recurrentKernel, recurrentBias, initial, mask, states, gates }) => {
    const { kernels } = projected.storage.backend
    const isComposed = isRecording(g, projected, recurrentKernel, recurrentBias, initial)
    const kernel = isComposed ? undefined : kernels.get(gruGradKernel)
    if (kernel === undefined) {
      // The kernel's numbers are constants for the tape: what is differentiated again is computed again.
      const loss = (p: Tensor, w: Tensor, b: Tensor, s: Tensor): Tensor =>
        sum(mul(composeStates(p, w, b, s, mask), g))
      return [...grad(loss)(projected, recurrentKernel, recurrentBias, initial), null, null, null]
    }
    const gradProjected = allocateLike(projected, projected.dtype)
    const gradProduct = allocateLike(projected, projected.dtype)
    const gradInitial = allocateLike(initial, initial.dtype)
    kernel(
      readable(g),
      readable(recurrentKernel),
      readable(initial),
      readable(mask),
      readable(states),
      readable(gates),
      gradProjected,
      gradProduct,
      gradInitial,
    )
    const [time, batch, width] = projected.shape as readonly [number, number, number]
    const [units] = recurrentKernel.shape as readonly [number]
    const earlier = slice(states, [[0, time - 1]])
    const before = concat([reshape(initial, [1, batch, units]), earlier])
    const rows = reshape(gradProduct, [time * batch, width])
    const gradKernel = matmul(transpose(reshape(before, [time * batch, units])), rows)
    return [gradProjected, gradKernel, sum(rows, { axis: 0 }), gradInitial, null, null, null]
  },
})

function composeStates(
  projected: Tensor,
  recurrentKernel: Tensor,
  recurrentBias: Tensor,
  initial: Tensor,
  mask: Tensor,
): Tensor {
  const step = resetAfterStep(recurrentKernel, recurrentBias, tanh, sigmoid)
  return stack(runSteps(projected, mask, [initial], step).map(([h]) => h!))
}

/** All steps by the backend's kernel: [time, batch, units]. To be called in a `tidy`. */
export function runGruKernel(
  kernel: (...views: [View, View, View, View, View, View, View]) => void,
  projected: Tensor,
  recurrentKernel: Tensor,
  recurrentBias: Tensor,
  initial: Tensor,
  mask: Tensor,
): Tensor {
  const { dtype, storage, shape } = projected
  const [time, batch] = shape as readonly [number, number]
  const units = recurrentKernel.shape[0]!
  const states = allocate(storage.backend, dtype, [time, batch, units])
  const gates = allocate(storage.backend, dtype, [time, batch, 4 * units])
  kernel(
    readable(projected),
    readable(recurrentKernel),
    readable(recurrentBias),
    readable(initial),
    readable(mask),
    states,
    gates,
  )
  return attachGradient(projected, recurrentKernel, recurrentBias, initial, mask, states, gates)
}
