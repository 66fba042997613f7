import { scaledDotProductAttention } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between, real } from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import type { CaseFactory } from '../kit/case.ts'
import type { Tolerances } from '../kit/compare.ts'
import { opCase } from '../kit/op-case.ts'
import type { Call, CallOptions } from '../kit/op-spec.ts'
import { isFloatType } from '../oracle/array.ts'
import { type AttentionAttributes, attention } from '../oracle/attention.ts'
import { drawing, otherDType } from './inputs.ts'

/** Exponentials of sums of products up to 16, each rounded. */
const tolerances: Tolerances = {
  float32: { absolute: 1e-4, relative: 2e-5 },
  float64: { absolute: 1e-12, relative: 1e-12 },
}

/** Batch axes that broadcast: those of queries, keys and values, and of all together. */
const batches = [
  [[], [], [], []],
  [[2], [2], [2], [2]],
  [[2], [], [1], [2]],
  [[], [2], [], [2]],
  [[2, 1], [2], [2], [2, 2]],
] as const

const side = fc.constantFrom(1, 2, 3)

function attentions(options: CallOptions): Arbitrary<Call<AttentionAttributes>> {
  const domains = { values: real, gradient: between(-1.5, 1.5) }
  const sizes = fc.tuple(fc.constantFrom(...batches), side, side, side, fc.constantFrom(1, 2))
  return fc
    .tuple(sizes, otherDType(options), fc.constantFrom('none', 'bool', 'float'), fc.boolean(), fc.boolean())
    .chain(([[[first, second, third, batch], queries, keys, d, e], dtype, kind, causal, wide]) => {
      const maskShape = wide ? [...batch, queries, keys] : [1, keys]
      const floatType = isFloatType(options.dtype) ? options.dtype : 'float32'
      const mask = plans(maskShape, kind === 'bool' ? 'bool' : floatType, { domain: between(-2, 2) })
      return fc
        .tuple(
          plans([...first, queries, d], options.dtype, drawing(options, domains)),
          plans([...second, keys, d], dtype, drawing(options, domains)),
          plans([...third, keys, e], dtype, drawing(options, domains)),
          ...(kind === 'none' ? [] : [mask]),
        )
        .map((inputs) => ({ inputs, attributes: { batch, causal, scale: 1 / Math.sqrt(d) } }))
    })
}

export const attentionCases = (): readonly CaseFactory[] => [
  opCase({
    name: 'scaledDotProductAttention',
    group: 'neural',
    calls: attentions,
    op: ([query, key, value, mask], { causal }) =>
      scaledDotProductAttention(query!, key!, value!, { mask: mask ?? null, causal }),
    oracle: attention,
    tolerances,
    differentiable: [0, 1, 2],
  }),
]
