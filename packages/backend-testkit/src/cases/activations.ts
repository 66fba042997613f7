import {
  celu,
  elu,
  gelu,
  glu,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  leakyRelu,
  logSigmoid,
  mish,
  relu,
  relu6,
  selu,
  silu,
  softplus,
  softShrink,
  softsign,
  sparsemax,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  type Tensor,
  tanhShrink,
  threshold,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between, betweenKinks, grid, manyMagnitudes, mixture, real } from '../generators/numbers.ts'
import { axisOf } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import type { Tolerances } from '../kit/compare.ts'
import { opCase } from '../kit/op-case.ts'
import { activationFunctions } from '../oracle/activations.ts'
import { toFloat, toNumeric } from '../oracle/array.ts'
import { mapArray } from '../oracle/elementwise.ts'
import { glu as gluOracle, sparsemax as sparsemaxOracle } from '../oracle/normalizations.ts'
import { allDifferent, type Domains, withAttributes } from './inputs.ts'

type Options = Readonly<Record<string, number>>

/** Functions composed of a few others, whose results are about as large as their arguments. */
const tolerances: Tolerances = {
  float32: { absolute: 1e-6, relative: 2e-6 },
  float64: { absolute: 1e-14, relative: 1e-13 },
}

const domains: Domains = {
  values: mixture(real, grid(-4, 4, 0.5), between(-30, 30), manyMagnitudes(1e-4, 1e3)),
  gradient: betweenKinks(-4, 4),
}

function activation(
  name: string,
  op: (x: Tensor, options: Options) => Tensor,
  ...variants: readonly Options[]
): CaseFactory {
  const f = activationFunctions[name]!
  // Like maximum, relu stays in the dtype of integers.
  const result = name === 'relu' ? toNumeric : toFloat
  return opCase({
    name,
    group: 'activations',
    calls: (options) => withAttributes(options, {}, () => fc.constantFrom({}, ...variants), domains),
    op: ([x], options) => op(x!, options),
    oracle: ([x], options) => mapArray(x!, result(x!.dtype), (value) => f(value, options)),
    tolerances,
    specialValues: 'values',
    differentiable: [0],
  })
}

const plain = (op: (x: Tensor) => Tensor): ((x: Tensor) => Tensor) => op

const axisAttribute = ({ length }: readonly number[]): Arbitrary<{ axis: number }> =>
  axisOf(length).map((axis) => ({ axis }))

export const activationCases = (): readonly CaseFactory[] => [
  activation('relu', plain(relu)),
  activation('relu6', plain(relu6)),
  activation('leakyRelu', leakyRelu, { negativeSlope: 0.01 }, { negativeSlope: 0.5 }),
  activation('elu', elu, { alpha: 0.5 }),
  activation('celu', celu, { alpha: 2 }),
  activation('selu', plain(selu)),
  activation('softplus', plain(softplus)),
  activation('softsign', plain(softsign)),
  activation('silu', plain(silu)),
  activation('gelu', (x, { approximate }) => gelu(x, { approximate: approximate === 1 }), { approximate: 1 }),
  opCase({
    name: 'gelu far below 0',
    group: 'activations',
    dtypes: ['float32', 'float64'],
    calls: (options) =>
      withAttributes(options, {}, () => fc.constantFrom({}), {
        values: between(-12, -1),
        gradient: between(-6, -1),
      }),
    op: ([x]) => gelu(x!),
    oracle: ([x]) => mapArray(x!, x!.dtype, (value) => activationFunctions['gelu']!(value, {})),
    // All digits are there, though the result is tiny.
    tolerances: {
      float32: { absolute: 1e-37, relative: 1e-6 },
      float64: { absolute: 1e-300, relative: 1e-12 },
    },
    differentiable: [0],
  }),
  activation('mish', plain(mish)),
  activation('hardSigmoid', plain(hardSigmoid)),
  activation('hardSilu', plain(hardSilu)),
  activation('hardTanh', plain(hardTanh)),
  activation('hardShrink', hardShrink, { threshold: 1 }),
  activation('softShrink', softShrink, { threshold: 1 }),
  activation('tanhShrink', plain(tanhShrink)),
  activation('logSigmoid', plain(logSigmoid)),
  activation('sparsePlus', plain(sparsePlus)),
  activation('sparseSigmoid', plain(sparseSigmoid)),
  activation('squareplus', squareplus, { b: 1 }),
  activation('threshold', threshold, { threshold: 1, defaultValue: -2 }),
  opCase({
    name: 'glu',
    group: 'activations',
    calls: (options) =>
      withAttributes(options, { minRank: 1 }, axisAttribute, domains, ({ axis }, shape) =>
        shape.map((side, i) => (i === (axis + shape.length) % shape.length ? 2 * Math.ceil(side / 2) : side)),
      ),
    op: ([x], attributes) => glu(x!, attributes),
    oracle: ([x], { axis }) => gluOracle(x!, axis),
    tolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
  opCase({
    name: 'sparsemax',
    group: 'activations',
    calls: (options) =>
      withAttributes(options, { minRank: 1 }, axisAttribute, { values: real, gradient: allDifferent }),
    op: ([x], attributes) => sparsemax(x!, attributes),
    oracle: ([x], { axis }) => sparsemaxOracle(x!, axis),
    tolerances,
    differentiable: [0],
  }),
]
