import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError } from '../errors/index.ts'
import * as core from '../index.ts'
import { type Tensor, tensor } from '../index.ts'
import { referenceBackend } from '../reference/index.ts'

beforeEach(() => setBackend(referenceBackend()))

type Call = (x: Tensor, options: object) => unknown

/** Ops of one tensor, by the names of their options that are true or false. */
const ops: Readonly<Record<string, readonly string[]>> = {
  keepDims: [
    ...['all', 'any', 'argMax', 'argMin', 'countNonZero', 'globalAveragePool', 'globalMaxPool', 'logSumExp'],
    ...['max', 'mean', 'median', 'min', 'moments', 'norm', 'prod', 'std', 'sum', 'variance'],
  ],
  exclusive: ['cumsum', 'cumprod'],
  reverse: ['cumsum', 'cumprod'],
  descending: ['sort', 'argSort'],
  upper: ['cholesky'],
  approximate: ['gelu'],
}

const others: Readonly<Record<string, (value: never) => unknown>> = {
  'quantile keepDims': (keepDims) => core.quantile(cube(), 0.5, { keepDims }),
  'topK largest': (largest) => core.topK(cube(), 1, { largest }),
  'triangularSolve upper': (upper) => core.triangularSolve(cube(), cube(), { upper }),
  'triangularSolve transpose': (transpose) => core.triangularSolve(cube(), cube(), { transpose }),
  'triangularSolve unitDiagonal': (unitDiagonal) => core.triangularSolve(cube(), cube(), { unitDiagonal }),
  'attentionWeights causal': (causal) => core.attentionWeights(cube(), cube(), { causal }),
  'attentionWeights groupedQuery': (groupedQuery) => core.attentionWeights(cube(), cube(), { groupedQuery }),
  'GradientTape persistent': (persistent) => new core.GradientTape({ persistent }),
  'GradientTape watchVariables': (watchVariables) => new core.GradientTape({ watchVariables }),
}

const cube = (): Tensor => tensor([1], { shape: [1, 1, 1] })

const calls = Object.entries({
  ...Object.fromEntries(
    Object.entries(ops).flatMap(([option, names]) =>
      names.map((name) => [
        `${name} ${option}`,
        (value: unknown) => (core as unknown as Record<string, Call>)[name]!(cube(), { [option]: value }),
      ]),
    ),
  ),
  ...others,
})

test.each(calls)('%s is true or false, and nothing that counts as such', (call, run) => {
  const [name, option] = call.split(' ')
  for (const value of ['false', 0, null]) {
    expect(() => run(value as never)).toThrow(ArgumentError)
    expect(() => run(value as never)).toThrow(new RegExp(`^${name}: ${option} is not a boolean`))
  }
  expect(() => run(undefined as never)).not.toThrow()
})
