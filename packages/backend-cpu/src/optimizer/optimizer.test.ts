import {
  type AdamStep,
  adamKernel,
  formulaStepKernel,
  KernelTable,
  type RMSpropStep,
  rmspropKernel,
  type SGDStep,
  type StepFormula,
  sgdKernel,
} from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import type { CpuView } from '../views.ts'
import {
  registerAdamKernel,
  registerFormulaStepKernel,
  registerRMSpropKernel,
  registerSGDKernel,
} from './register.ts'

const memory = new WasmMemory()
const views = testViews(memory)
const kernels = new KernelTable()
registerSGDKernel(kernels, memory)
registerRMSpropKernel(kernels, memory)
registerAdamKernel(kernels, memory)
registerFormulaStepKernel(kernels, memory)
const sgd = kernels.get(sgdKernel)!
const rmsprop = kernels.get(rmspropKernel)!
const adam = kernels.get(adamKernel)!
const formulaStep = kernels.get(formulaStepKernel)!

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

type Float = 'float32' | 'float64'
type Round = (x: number) => number

/** One element of each tensor of a step, gradient and variable first; gives all but the gradient. */
type Formula = (f: Round, ...elements: readonly number[]) => number[]

const decayedBy = (f: Round, w: number, decay: number): number => (decay === 0 ? w : f(w - f(w * f(decay))))

const sgdFormula =
  ({ learningRate, momentum, nesterov, decay }: SGDStep): Formula =>
  (f, g, given, velocity) => {
    const w = decayedBy(f, given!, decay)
    const step = f(g! * f(learningRate))
    if (velocity === undefined) return [f(w - step)]
    const m = f(f(velocity * f(momentum)) - step)
    return [f(w + (nesterov ? f(f(m * f(momentum)) - step) : m)), m]
  }

const rmspropFormula =
  ({ learningRate, rho, momentum, epsilon, decay }: RMSpropStep, hasVelocity: boolean): Formula =>
  (f, g, given, meanSquare, ...state) => {
    const velocity = hasVelocity ? state[0] : undefined
    const mean = hasVelocity ? state[1] : state[0]
    const move = (x: number, to: number): number => f(f(x * f(rho)) + f(to * f(1 - rho)))
    const v = move(meanSquare!, f(g! * g!))
    const a = mean === undefined ? undefined : move(mean, g!)
    const spread = a === undefined ? v : f(v - f(a * a))
    const step = f(f(g! * f(learningRate)) / f(Math.sqrt(f(spread + f(epsilon)))))
    const w = decayedBy(f, given!, decay)
    const m = velocity === undefined ? undefined : f(f(velocity * f(momentum)) + step)
    return [f(w - (m ?? step)), v, ...[m, a].filter((x) => x !== undefined)]
  }

const adamFormula =
  ({ alpha, beta1, beta2, epsilon, decay }: AdamStep): Formula =>
  (f, g, given, mean, meanSquare, largest) => {
    const move = (x: number, to: number, fraction: number): number => f(x + f(f(to - x) * f(fraction)))
    const m = move(mean!, g!, 1 - beta1)
    const v = move(meanSquare!, f(g! * g!), 1 - beta2)
    const d = largest === undefined ? v : Math.max(largest, v)
    const w = decayedBy(f, given!, decay)
    const step = f(f(m * f(alpha)) / f(f(Math.sqrt(d)) + f(epsilon)))
    return [f(w - step), m, v, ...(largest === undefined ? [] : [d])]
  }

const formulas: readonly StepFormula[] = [
  {
    name: 'step',
    numbers: 3,
    states: 2,
    compute: (m, { gradient, variable, state: [spread, largest] }, [rate, weight, epsilon]) => {
      const moved = m.add(m.mul(spread!, weight!), m.mul(gradient, gradient))
      const bound = m.maximum(m.mul(largest!, weight!), m.abs(gradient))
      const step = m.div(m.mul(gradient, rate!), m.add(m.sqrt(m.add(moved, epsilon!)), bound))
      return [m.sub(variable, step), moved, bound]
    },
  },
  // Of the same name, but another one.
  {
    name: 'step',
    numbers: 2,
    states: 1,
    compute: (m, { gradient, variable, state: [mean] }, [rate, weight]) => {
      const moved = m.add(m.mul(mean!, weight!), gradient)
      return [m.sub(variable, m.mul(m.sign(moved), rate!)), moved]
    },
  },
]

const plainFormula =
  ({ compute }: StepFormula, numbers: readonly number[], decay: number): Formula =>
  (f, g, given, ...state) => [
    ...compute<number>(
      {
        add: (a, b) => f(a + b),
        sub: (a, b) => f(a - b),
        mul: (a, b) => f(a * b),
        div: (a, b) => f(a / b),
        maximum: Math.max,
        sqrt: (x) => f(Math.sqrt(x)),
        abs: Math.abs,
        sign: Math.sign,
      },
      { gradient: g!, variable: decayedBy(f, given!, decay), state },
      numbers.map(f),
    ),
  ]

interface Run {
  readonly name: string
  /** How many tensors the step has: gradient, variable and state. */
  readonly tensors: number
  readonly formula: Formula
  readonly call: (gradient: CpuView, variable: CpuView, state: readonly CpuView[]) => void
}

const decays = [0, 0.01]

const sgdRuns: readonly Run[] = decays.flatMap((decay) =>
  [
    { momentum: 0, nesterov: false },
    { momentum: 0.9, nesterov: false },
    { momentum: 0.9, nesterov: true },
  ].map(({ momentum, nesterov }): Run => {
    const step: SGDStep = { learningRate: 0.3, momentum, nesterov, decay }
    return {
      name: `sgd ${JSON.stringify(step)}`,
      tensors: momentum === 0 ? 2 : 3,
      formula: sgdFormula(step),
      call: (g, w, [velocity = null]) => sgd(g, w, velocity, step),
    }
  }),
)

const rmspropRuns: readonly Run[] = decays.flatMap((decay) =>
  [0, 0.7].flatMap((momentum) =>
    [false, true].map((centered): Run => {
      const step: RMSpropStep = { learningRate: 0.3, rho: 0.8, momentum, epsilon: 1e-3, decay }
      const hasVelocity = momentum !== 0
      return {
        name: `rmsprop ${JSON.stringify({ ...step, centered })}`,
        tensors: 3 + Number(hasVelocity) + Number(centered),
        formula: rmspropFormula(step, hasVelocity),
        call: (g, w, [meanSquare, ...rest]) => {
          const velocity = hasVelocity ? rest[0]! : null
          const mean = centered ? rest.at(-1)! : null
          rmsprop(g, w, meanSquare!, velocity, mean, step)
        },
      }
    }),
  ),
)

const adamRuns: readonly Run[] = decays.flatMap((decay) =>
  [false, true].map((amsgrad): Run => {
    const step: AdamStep = { alpha: 0.3, beta1: 0.8, beta2: 0.99, epsilon: 1e-3, decay }
    return {
      name: `adam ${JSON.stringify({ ...step, amsgrad })}`,
      tensors: amsgrad ? 5 : 4,
      formula: adamFormula(step),
      call: (g, w, [mean, meanSquare, largest = null]) => adam(g, w, mean!, meanSquare!, largest, step),
    }
  }),
)

const formulaRuns: readonly Run[] = decays.flatMap((decay) =>
  formulas.map((formula): Run => {
    const numbers = [0.3, 0.8, 1e-3].slice(0, formula.numbers)
    return {
      name: `formula of ${formula.states} ${JSON.stringify({ numbers, decay })}`,
      tensors: 2 + formula.states,
      formula: plainFormula(formula, numbers, decay),
      call: (g, w, [first, second = null]) => formulaStep(formula, numbers, decay, g, w, first!, second),
    }
  }),
)

const special = [0, -0, Infinity, -Infinity, Number.NaN, 1e-30, 1e30, -1, 0.5, 3]

function check(run: Run, dtype: Float, length: number, offset: number, draw: (i: number) => number): void {
  const round: Round = dtype === 'float32' ? Math.fround : (x) => x
  const values = Array.from({ length: run.tensors }, (_, tensor) =>
    Array.from({ length }, (__, i) => round(draw(i * run.tensors + tensor))),
  )
  const [gradient, variable, ...state] = values.map((elements, tensor) =>
    tensor === 0
      ? views.input(dtype, [...new Array<number>(offset).fill(7), ...elements], [length], { offset })
      : views.input(dtype, elements, [length]),
  ) as [CpuView, CpuView, ...CpuView[]]
  run.call(gradient, variable, state)
  const expected = Array.from({ length }, (_, i) => run.formula(round, ...values.map((x) => x[i]!)))
  for (const [tensor, view] of [variable, ...state].entries()) {
    expect(views.contents(view), `tensor ${tensor}`).toEqual(expected.map((x) => x[tensor]))
  }
  expect(views.contents(gradient).slice(offset)).toEqual(values[0])
}

describe.each<Float>(['float32', 'float64'])('%s', (dtype) => {
  test.each([...sgdRuns, ...rmspropRuns, ...adamRuns, ...formulaRuns])('$name', (run) => {
    for (let length = 1; length <= 40; length++) {
      check(run, dtype, length, length % 3, (i) => Math.abs(Math.sin(i * 1.7 + length)) * 3)
    }
    check(run, dtype, 1000, 5, (i) => Math.cos(i) ** 2)
    // The tensors walk the special values at different paces, so that they meet in many ways.
    check(run, dtype, special.length ** 2, 0, (i) => special[(i * 7 + Math.floor(i / 10) * 3) % 10]!)
  })
})
