import type { AdamStep, RMSpropStep, SGDStep, StepFormula, StepMath, View } from '@tapegrad/core'
import { dataOf } from './elements.ts'

/** Changes the elements of views of one dimension, of which the first is only read. */
function eachElement(
  views: readonly (View | null)[],
  change: (...elements: number[]) => readonly number[],
): void {
  const present = views.filter((view) => view !== null)
  const [gradient, ...written] = present
  for (let i = 0; i < gradient!.size; i++) {
    const elements = present.map((view) => dataOf(view)[view.offset + i]!)
    change(...elements).forEach((value, at) => {
      dataOf(written[at]!)[i] = value
    })
  }
}

const decayed = (w: number, decay: number): number => (decay === 0 ? w : w - decay * w)

export function plainSGD(gradient: View, variable: View, velocity: View | null, step: SGDStep): void {
  const { learningRate, momentum, nesterov, decay } = step
  eachElement([gradient, variable, velocity], (g, w, before) => {
    const taken = learningRate * g!
    if (before === undefined) return [decayed(w!, decay) - taken]
    const m = momentum * before - taken
    return [decayed(w!, decay) + (nesterov ? momentum * m - taken : m), m]
  })
}

export function plainRMSprop(
  gradient: View,
  variable: View,
  meanSquare: View,
  velocity: View | null,
  mean: View | null,
  { learningRate, rho, momentum, epsilon, decay }: RMSpropStep,
  root: (d: number) => number = (d) => Math.sqrt(d + epsilon),
): void {
  eachElement([gradient, variable, meanSquare, velocity, mean], (g, w, square, ...others) => {
    const v = rho * square! + (1 - rho) * g! * g!
    const a = mean === null ? 0 : rho * others.at(-1)! + (1 - rho) * g!
    const taken = (learningRate * g!) / root(v - a * a)
    const m = velocity === null ? taken : momentum * others[0]! + taken
    const state = [...(velocity === null ? [] : [m]), ...(mean === null ? [] : [a])]
    return [decayed(w!, decay) - m, v, ...state]
  })
}

export function plainAdam(
  gradient: View,
  variable: View,
  mean: View,
  meanSquare: View,
  largest: View | null,
  { alpha, beta1, beta2, epsilon, decay }: AdamStep,
): void {
  eachElement([gradient, variable, mean, meanSquare, largest], (g, w, before, square, most) => {
    const m = before! + (1 - beta1) * (g! - before!)
    const v = square! + (1 - beta2) * (g! * g! - square!)
    const d = most === undefined ? v : Math.max(most, v)
    const next = decayed(w!, decay) - (alpha * m) / (Math.sqrt(d) + epsilon)
    return [next, m, v, ...(most === undefined ? [] : [d])]
  })
}

export function plainFormulaStep(
  formula: StepFormula,
  numbers: readonly number[],
  decay: number,
  gradient: View,
  variable: View,
  first: View,
  second: View | null,
): void {
  eachElement([gradient, variable, first, second], (g, w, ...state) =>
    formula.compute(numberMath, { gradient: g!, variable: decayed(w!, decay), state }, numbers),
  )
}

const numberMath: StepMath<number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: Math.max,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
}
