import { erfc } from './special-functions.ts'

/** A function of numbers and of the options of an activation. */
export type ActivationFunction = (x: number, options: Readonly<Record<string, number>>) => number

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** ln(1 + eˣ) without overflow. */
const softplus = (x: number): number => (x > 40 ? x : Math.log1p(Math.exp(x)))

const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high)

/** −∞ times a factor that vanishes faster is 0. */
const vanishing = (x: number, factor: number): number => (x === -Infinity ? 0 : x * factor)

const geluTanh = (x: number): number =>
  vanishing(x, (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))) / 2)

/** The activations that are functions of one element. */
export const activationFunctions: Readonly<Record<string, ActivationFunction>> = {
  relu: (x) => clamp(x, 0, Infinity),
  relu6: (x) => clamp(x, 0, 6),
  leakyRelu: (x, { negativeSlope = 0.2 }) => (x > 0 ? x : x * negativeSlope),
  elu: (x, { alpha = 1 }) => (x > 0 ? x : alpha * Math.expm1(x)),
  celu: (x, { alpha = 1 }) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  softplus: (x) => softplus(x),
  softsign: (x) => (Math.abs(x) === Infinity ? Math.sign(x) : x / (1 + Math.abs(x))),
  silu: (x) => vanishing(x, sigmoid(x)),
  gelu: (x, { approximate = 0 }) => (approximate ? geluTanh(x) : vanishing(x, erfc(-x / Math.SQRT2) / 2)),
  mish: (x) => vanishing(x, Math.tanh(softplus(x))),
  hardSigmoid: (x) => clamp(x + 3, 0, 6) / 6,
  hardSilu: (x) => vanishing(x, clamp(x + 3, 0, 6) / 6),
  hardTanh: (x) => clamp(x, -1, 1),
  hardShrink: (x, { threshold = 0.5 }) => (Math.abs(x) <= threshold ? 0 : x),
  softShrink: (x, { threshold = 0.5 }) => {
    if (Math.abs(x) <= threshold) return 0
    return x > 0 ? x - threshold : x + threshold
  },
  tanhShrink: (x) => x - Math.tanh(x),
  logSigmoid: (x) => -softplus(-x),
  sparsePlus: (x) => {
    if (x <= -1) return 0
    return x >= 1 ? x : (x + 1) ** 2 / 4
  },
  sparseSigmoid: (x) => clamp((x + 1) / 2, 0, 1),
  squareplus: (x, { b = 4 }) => {
    const root = Math.sqrt(x * x + b)
    return x < 0 ? b / 2 / (root - x) : (x + root) / 2
  },
  threshold: (x, { threshold = 0, defaultValue = 0 }) => (x <= threshold ? defaultValue : x),
}
