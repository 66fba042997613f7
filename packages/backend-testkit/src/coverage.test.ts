import * as core from '@tapegrad/core'
import { expect, test } from 'vitest'
import { cases } from './index.ts'

/** Functions of core that are no operations on tensors. */
const notOps = new Set(
  `checkGradients checkpoint customGradient defineListOp defineMultiOp defineArith defineOp defineOpWith grad
  valueAndGrad hessian hvp jacobian jvp isRecording stopGradient vjp getBackend setBackend setDefaultBackend
  withBackend extendBackend kernelKey checkOptionNames closestName describe memory keep tidy setSeed arange eye full
  linspace ones onesLike scalar tensor zeros zerosLike variable allocateData bytesPerElement isFloat promoteTypes
  broadcastShape isRowMajor rowMajorStrides sameShape sizeOf`.split(/\s+/),
)

/** Operations without gradients, and why. */
const withoutGradients: Readonly<Record<string, readonly string[]>> = {
  'the result is true or false':
    `equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalXor
    logicalNot isNaN isFinite isInf any all`.split(/\s+/),
  'the result is positions or counts': `argMax argMin argSort countNonZero nonzero searchSorted`.split(/\s+/),
  'the result comes later, to a tape that is still open; tested beside the function': [
    'booleanMask',
    'unique',
  ],
  'the inputs are positions': ['oneHot'],
  'the inputs are integers': 'bitwiseAnd bitwiseNot bitwiseOr bitwiseXor leftShift rightShift'.split(' '),
}

/** Operations that are tested as a part of another one's case. */
const inside: Readonly<Record<string, string>> = { attentionWeights: 'scaledDotProductAttention' }

const exported: Readonly<Record<string, unknown>> = core
const ops = Object.entries(exported).flatMap(([name, value]) =>
  typeof value === 'function' && /^[a-z]/.test(name) && !notOps.has(name) ? [name] : [],
)
const all = cases()
const casesOf = (op: string): typeof all =>
  all.filter(({ name }) => name.split(' ')[0] === (inside[op] ?? op))

test('every operation has a case', () => {
  expect(ops.length).toBeGreaterThan(100)
  // Add a case of this name, or, where it is none, add it to `notOps`.
  expect(ops.filter((op) => casesOf(op).length === 0)).toEqual([])
})

test('every operation is differentiated twice, but those that have no gradient', () => {
  const excused = Object.values(withoutGradients).flat()
  const missing = ops.filter((op) => !casesOf(op).some(({ gradients }) => gradients))
  // Say `differentiable` in its case, or add it to `withoutGradients` with the reason.
  expect(missing.sort()).toEqual(excused.filter((op) => ops.includes(op)).sort())
})

test('the lists name what there is', () => {
  const listed = [...notOps, ...Object.values(withoutGradients).flat(), ...Object.keys(inside)]
  const unknown = listed.filter((name) => typeof exported[name] !== 'function')
  expect(unknown).toEqual([])
})
