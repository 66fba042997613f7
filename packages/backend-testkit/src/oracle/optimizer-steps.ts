import type { AdamStep, RMSpropStep, SGDStep, StepFormula, StepMath } from '@tapegrad/core'

/** One element of the gradient, the variable and its state; gives the new variable and state. */
export type ElementStep<A> = (elements: readonly number[], attributes: A) => number[]

const lessDecay = (w: number, decay: number): number => (decay === 0 ? w : w - decay * w)

/** With the velocity, where there is momentum. */
export const sgd: ElementStep<SGDStep> = ([g, w, velocity], { learningRate, momentum, nesterov, decay }) => {
  const rest = lessDecay(w!, decay)
  if (velocity === undefined) return [rest - learningRate * g!]
  const next = momentum * velocity - learningRate * g!
  return [rest + (nesterov ? momentum * next - learningRate * g! : next), next]
}

export interface RMSpropAttributes extends RMSpropStep {
  readonly centered: boolean
}

/** With the mean square, the velocity where there is momentum, and the mean where it is centered. */
export const rmsprop: ElementStep<RMSpropAttributes> = (
  [g, w, meanSquare, ...others],
  { learningRate, rho, momentum, epsilon, decay, centered },
) => {
  const nextSquare = rho * meanSquare! + (1 - rho) * g! ** 2
  const nextMean = centered ? rho * others.at(-1)! + (1 - rho) * g! : 0
  const step = (learningRate * g!) / Math.sqrt(nextSquare - nextMean ** 2 + epsilon)
  const move = momentum === 0 ? step : momentum * others[0]! + step
  const state = [...(momentum === 0 ? [] : [move]), ...(centered ? [nextMean] : [])]
  return [lessDecay(w!, decay) - move, nextSquare, ...state]
}

export interface AdamAttributes extends AdamStep {
  readonly amsgrad: boolean
}

/** With the mean, the mean square, and its largest value for AMSGrad. */
export const adam: ElementStep<AdamAttributes> = (
  [g, w, mean, meanSquare, largest],
  { alpha, beta1, beta2, epsilon, decay, amsgrad },
) => {
  const nextMean = beta1 * mean! + (1 - beta1) * g!
  const nextSquare = beta2 * meanSquare! + (1 - beta2) * g! ** 2
  const spread = amsgrad ? Math.max(largest!, nextSquare) : nextSquare
  const next = lessDecay(w!, decay) - (alpha * nextMean) / (Math.sqrt(spread) + epsilon)
  return [next, nextMean, nextSquare, ...(amsgrad ? [spread] : [])]
}

/** Formulas that a kernel may be given: numbers in float64, element by element. */
export interface FormulaAttributes {
  readonly formula: StepFormula
  readonly numbers: readonly number[]
  readonly decay: number
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

/** With one state or two. */
export const formula: ElementStep<FormulaAttributes> = (
  [gradient, w, ...state],
  { formula: { compute }, numbers, decay },
) => [...compute(numberMath, { gradient: gradient!, variable: lessDecay(w!, decay), state }, numbers)]
