import { gru, lstm } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between } from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import type { CaseFactory } from '../kit/case.ts'
import type { Tolerances } from '../kit/compare.ts'
import { opCase } from '../kit/op-case.ts'
import type { Call, CallOptions } from '../kit/op-spec.ts'
import * as oracle from '../oracle/recurrent.ts'
import { drawing } from './inputs.ts'
import { parameter } from './norms.ts'

/** A few steps, each of which passes the errors of the one before on. */
const tolerances: Tolerances = {
  float32: { absolute: 2e-5, relative: 1e-5 },
  float64: { absolute: 1e-12, relative: 1e-12 },
}

const small = between(-1, 1)

/** Sequences, weights, states and often a mask. */
function sequences(
  options: CallOptions,
  weights: (
    features: number,
    units: number,
    batch: number,
    resetAfter: boolean,
  ) => readonly (readonly number[])[],
): Arbitrary<Call<oracle.RecurrentAttributes>> {
  // Each step is a dozen calls, which are differentiated twice: little variety there, for devices in software.
  const [times, widths] =
    options.purpose === 'gradient'
      ? [[2], [1]]
      : [
          [1, 2, 3],
          [1, 2],
        ]
  const sizes = fc.tuple(
    fc.constantFrom(1, 2),
    fc.constantFrom(...times),
    fc.constantFrom(...widths),
    fc.constantFrom(...widths),
  )
  return fc
    .tuple(sizes, fc.boolean(), fc.boolean(), fc.boolean())
    .chain(([[batch, time, features, units], goBackwards, resetAfter, masked]) => {
      const x = plans([batch, time, features], options.dtype, drawing(options, { gradient: small }))
      const others = weights(features, units, batch, resetAfter).map((shape) =>
        parameter(options, shape, small),
      )
      const mask = plans([batch, time], 'bool')
      return fc
        .tuple(x, ...others, ...(masked ? [mask] : []))
        .map((inputs) => ({ inputs, attributes: { goBackwards, resetAfter } }))
    })
}

export const recurrentCases = (): readonly CaseFactory[] => [
  opCase({
    name: 'lstm',
    group: 'neural',
    calls: (options) =>
      sequences(options, (features, units, batch) => [
        [features, 4 * units],
        [units, 4 * units],
        [4 * units],
        [batch, units],
        [batch, units],
      ]),
    op: ([x, kernel, recurrentKernel, bias, h, c, mask], { goBackwards }) => {
      const { outputs, state } = lstm(x!, {
        kernel: kernel!,
        recurrentKernel: recurrentKernel!,
        bias: bias!,
        initialState: [h!, c!],
        mask: mask ?? null,
        goBackwards,
      })
      return [outputs, ...state]
    },
    oracle: oracle.lstm,
    tolerances,
    differentiable: [0, 1, 2, 3, 4, 5],
  }),
  opCase({
    name: 'gru',
    group: 'neural',
    calls: (options) =>
      sequences(options, (features, units, batch, resetAfter) => [
        [features, 3 * units],
        [units, 3 * units],
        resetAfter ? [2, 3 * units] : [3 * units],
        [batch, units],
      ]),
    op: ([x, kernel, recurrentKernel, bias, h, mask], { goBackwards, resetAfter }) => {
      const { outputs, state } = gru(x!, {
        kernel: kernel!,
        recurrentKernel: recurrentKernel!,
        bias: bias!,
        initialState: h!,
        mask: mask ?? null,
        goBackwards,
        resetAfter,
      })
      return [outputs, state]
    },
    oracle: oracle.gru,
    tolerances,
    differentiable: [0, 1, 2, 3, 4],
  }),
]
