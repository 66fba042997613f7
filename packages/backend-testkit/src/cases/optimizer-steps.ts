import {
  type AdamStep,
  adamKernel,
  type Backend,
  type DType,
  formulaStepKernel,
  type Kernel,
  type KernelKey,
  rmspropKernel,
  type SGDStep,
  sgdKernel,
  type View,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between, type Domain, drawValues, real, summableSpecials } from '../generators/numbers.ts'
import { makePlan, plans, type TensorPlan } from '../generators/plans.ts'
import type { Case, CaseFactory, Settings } from '../kit/case.ts'
import { checkProperty } from '../kit/check-property.ts'
import { compare } from '../kit/compare.ts'
import { usualTolerances, widen } from '../kit/op-spec.ts'
import { readArray } from '../kit/read-array.ts'
import { checkUnchanged, withTensors } from '../kit/with-tensors.ts'
import type { OracleArray } from '../oracle/array.ts'
import * as oracle from '../oracle/optimizer-steps.ts'
import { numbersOf, stepFormulas } from './step-formulas.ts'

/** The kernel of a step: what it is called with, and what each element of the variable and its state is then. */
interface StepSpec<F extends Kernel, A> {
  readonly key: KernelKey<F>
  readonly attributes: Arbitrary<A>
  /** The values of the state, in the order of the kernel. */
  readonly state: (attributes: A) => readonly Domain[]
  readonly call: (kernel: F, gradient: View, variable: View, state: readonly View[], attributes: A) => void
  readonly oracle: oracle.ElementStep<A>
}

interface StepCall<A> {
  /** Gradient, variable, state. */
  readonly tensors: readonly [TensorPlan, ...TensorPlan[]]
  readonly attributes: A
}

/** The case that changes tensors in place; core composes the steps of backends without the kernel. */
function stepCase<F extends Kernel, A>(spec: StepSpec<F, A>): CaseFactory {
  const name = `kernel ${spec.key.name}`
  return (settings): Case => ({
    name,
    group: 'optimizers',
    run: async (backend) => {
      const kernel = backend.kernels.get(spec.key)
      if (kernel === undefined) return
      for (const dtype of ['float32', 'float64'] as const) {
        if (!backend.caps.dtypes.has(dtype)) continue
        await checkProperty(
          `${name} of ${dtype}`,
          stepCalls(spec, dtype, backend.caps.specialValues),
          (call) => checkStep(spec, kernel, call, backend, settings),
          settings,
          // Many variants share one kernel.
          8 * settings.samples,
        )
      }
    },
  })
}

function stepCalls<F extends Kernel, A>(
  spec: StepSpec<F, A>,
  dtype: DType,
  specialValues: boolean,
): Arbitrary<StepCall<A>> {
  const length = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70 }))
  const values = specialValues ? fc.constantFrom(real, real, summableSpecials) : fc.constant(real)
  return fc.tuple(length, values, spec.attributes, fc.nat()).chain(([count, domain, attributes, seed]) => {
    const shape = [count]
    const whole = [domain, ...spec.state(attributes)].map((drawn, i) =>
      makePlan({ shape, dtype, values: drawValues(dtype, count, drawn, seed + i) }),
    )
    return plans(shape, dtype, { domain, layouts: ['contiguous', 'row'] }).map((gradient) => ({
      tensors: [gradient, ...whole],
      attributes,
    }))
  })
}

async function checkStep<F extends Kernel, A>(
  spec: StepSpec<F, A>,
  kernel: F,
  { tensors, attributes }: StepCall<A>,
  backend: Backend,
  settings: Settings,
): Promise<void> {
  const [{ array: gradient }] = tensors
  const steps = gradient.values.map((_, i) =>
    spec.oracle(
      tensors.map(({ array }) => array.values[i]!),
      attributes,
    ),
  )
  const tolerances = widen(usualTolerances, settings)
  await withTensors(tensors, backend, attributes, async (made) => {
    const [g, ...written] = made
    const [variable, ...state] = written.map(({ base }) => base)
    spec.call(kernel, g!.view, variable!, state, attributes)
    for (const [i, { base }] of written.entries()) {
      const expected: OracleArray = { ...gradient, values: steps.map((step) => step[i]!) }
      compare(i === 0 ? 'the variable' : `state ${i - 1}`, await readArray(base), expected, tolerances)
    }
    await checkUnchanged(made.slice(0, 1), tensors)
  })
}

const decay = fc.constantFrom(0, 0.25)

/** Above the squares of means, so that variances stay away from 0. */
const meanSquares = between(2, 4)
const means = between(-1, 1)

export const optimizerStepCases = (): readonly CaseFactory[] => [
  stepCase({
    key: sgdKernel,
    attributes: fc.tuple(fc.constantFrom(0, 0.5), fc.boolean(), decay).map(
      ([momentum, looksAhead, decayed]): SGDStep => ({
        learningRate: 0.3,
        momentum,
        nesterov: momentum !== 0 && looksAhead,
        decay: decayed,
      }),
    ),
    state: ({ momentum }) => (momentum === 0 ? [] : [real]),
    call: (kernel, gradient, variable, [velocity = null], step) => kernel(gradient, variable, velocity, step),
    oracle: oracle.sgd,
  }),
  stepCase({
    key: rmspropKernel,
    attributes: fc.record<oracle.RMSpropAttributes>({
      learningRate: fc.constant(0.3),
      rho: fc.constant(0.8),
      momentum: fc.constantFrom(0, 0.5),
      epsilon: fc.constant(0.125),
      decay,
      centered: fc.boolean(),
    }),
    state: ({ momentum, centered }) => [
      meanSquares,
      ...(momentum === 0 ? [] : [real]),
      ...(centered ? [means] : []),
    ],
    call: (kernel, gradient, variable, [meanSquare, ...others], { centered, ...step }) => {
      const velocity = step.momentum === 0 ? null : others[0]!
      kernel(gradient, variable, meanSquare!, velocity, centered ? others.at(-1)! : null, step)
    },
    oracle: oracle.rmsprop,
  }),
  stepCase({
    key: adamKernel,
    attributes: fc.record<oracle.AdamAttributes>({
      alpha: fc.constant(0.3),
      beta1: fc.constant(0.8),
      beta2: fc.constant(0.75),
      epsilon: fc.constant(0.125),
      decay,
      amsgrad: fc.boolean(),
    }),
    state: ({ amsgrad }) => [real, meanSquares, ...(amsgrad ? [meanSquares] : [])],
    call: (kernel, gradient, variable, [mean, meanSquare, largest = null], { amsgrad: _, ...step }) =>
      kernel(gradient, variable, mean!, meanSquare!, largest, step satisfies AdamStep),
    oracle: oracle.adam,
  }),
  stepCase({
    key: formulaStepKernel,
    attributes: fc.tuple(fc.constantFrom(...stepFormulas), decay).map(
      ([formula, decayed]): oracle.FormulaAttributes => ({
        formula,
        numbers: numbersOf(formula),
        decay: decayed,
      }),
    ),
    state: ({ formula }) => [meanSquares, meanSquares].slice(0, formula.states),
    call: (kernel, gradient, variable, [first, second = null], { formula, numbers, decay: decayed }) =>
      kernel(formula, numbers, decayed, gradient, variable, first!, second),
    oracle: oracle.formula,
  }),
]
