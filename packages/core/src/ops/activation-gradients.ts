import { defineOp } from '../autodiff/define-op.ts'
import type { OptionalBinaryOp } from '../backend/opcodes.ts'
import { runBinary, runSelect } from '../dispatch/elementwise.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { sub } from './sub.ts'

/*
 * The gradients of common activations, from the gradient `g` and the activation's result `y`: one pass where the
 * backend has the function. They are ops themselves, so that they can be differentiated again.
 */

type ActivationGradient = (g: Tensor, y: Tensor) => Tensor

/** g where y > 0, else 0. */
export const reluGrad: ActivationGradient = /* @__PURE__ */ defineOp({
  name: 'reluGrad',
  inputs: ['g', 'y'],
  save: ['y'],
  forward: (g, y) =>
    runOptional('reluGrad', g, y, () => runSelect(runBinary('less', 0, y, 'bool'), g, 0, g.dtype)),
  vjp: { g: (h, { y }) => reluGrad(h, y), y: null },
})

/** g · (1 − y²). */
export const tanhGrad: ActivationGradient = /* @__PURE__ */ defineOp({
  name: 'tanhGrad',
  inputs: ['g', 'y'],
  save: ['g', 'y'],
  forward: (g, y) =>
    runOptional('tanhGrad', g, y, () => runBinary('mul', g, runBinary('sub', 1, runBinary('mul', y, y)))),
  vjp: { g: (h, { y }) => tanhGrad(h, y), y: (h, { g, y }) => mul(h, mul(-2, mul(g, y))) },
})

/** g · y · (1 − y). */
export const sigmoidGrad: ActivationGradient = /* @__PURE__ */ defineOp({
  name: 'sigmoidGrad',
  inputs: ['g', 'y'],
  save: ['g', 'y'],
  forward: (g, y) =>
    runOptional('sigmoidGrad', g, y, () => runBinary('mul', g, runBinary('mul', y, runBinary('sub', 1, y)))),
  vjp: { g: (h, { y }) => sigmoidGrad(h, y), y: (h, { g, y }) => mul(h, mul(g, sub(1, mul(2, y)))) },
})

function runOptional(op: OptionalBinaryOp, g: Tensor, y: Tensor, compose: () => Tensor): Tensor {
  const isAvailable = g.storage.backend.caps.binary.has(op) && g.dtype === y.dtype
  return isAvailable ? runBinary(op, g, y) : tidy(compose)
}
