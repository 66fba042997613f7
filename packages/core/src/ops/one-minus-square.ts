import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { computeFloat } from './compute-float.ts'
import { mul } from './mul.ts'
import { sub } from './sub.ts'

/** 1 − x² without cancellation near ±1. An op of its own: the rule of the product has 0 · infinity at ±1. */
export const oneMinusSquare: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'oneMinusSquare',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => mul(sub(1, f), add(1, f))),
  vjp: { x: (g, { x }) => mul(g, mul(-2, x)) },
})
