import type { Tensor } from '../tensor/tensor.ts'
import * as ops from './activations.ts'

/** An activation and what it has to give. */
interface ActivationCase {
  readonly name: string
  readonly op: (x: Tensor) => Tensor
  /** In double precision, for finite numbers. */
  readonly oracle: (x: number) => number
  /** Values at −Infinity and Infinity. */
  readonly limits: readonly [number, number]
  /** Gradients there. */
  readonly slopes: readonly [number, number]
  /** The gradient where the function has a corner. */
  readonly corners?: readonly (readonly [x: number, slope: number])[]
  /** Whether also tiny results are right in all their digits. */
  readonly relative?: boolean
}

const { exp, log1p, sqrt, abs, max, min } = Math

/** The probability that a standard normal number is less than x, by Simpson's rule. */
function normalProbability(x: number): number {
  if (abs(x) > 10) return x < 0 ? 0 : 1
  const steps = 2000
  const density = (t: number) => exp((-t * t) / 2) / sqrt(2 * Math.PI)
  let area = density(0) + density(x)
  for (let i = 1; i < steps; i++) area += density((x * i) / steps) * (i % 2 === 0 ? 2 : 4)
  return 0.5 + (area * x) / (3 * steps)
}

const softplus = (x: number) => max(x, 0) + log1p(exp(-abs(x)))
const elu = (x: number, alpha: number, width = 1) => (x > 0 ? x : alpha * Math.expm1(x / width))
const clip = (x: number, least: number, most: number) => min(max(x, least), most)
const tanhGelu = (x: number) => 0.5 * x * (1 + Math.tanh(sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))
const squareplus = (x: number, b: number) =>
  x < 0 ? b / 4 / (Math.hypot(x, sqrt(b)) / 2 - x / 2) : x / 2 + Math.hypot(x, sqrt(b)) / 2
const rising = [0, 1] as const
const flat = [0, 0] as const
const steady = [1, 1] as const
const straight = [-Infinity, Infinity] as const
const bent = [0, Infinity] as const

/** Each activation with its defaults, and with other options where it has any. */
export const activationCases: readonly ActivationCase[] = [
  {
    name: 'celu',
    op: ops.celu,
    oracle: (x) => elu(x, 1),
    limits: [-1, Infinity],
    slopes: rising,
    relative: true,
  },
  {
    name: 'celu, alpha 2',
    op: (x) => ops.celu(x, { alpha: 2 }),
    oracle: (x) => elu(x, 2, 2),
    limits: [-2, Infinity],
    slopes: rising,
    relative: true,
  },
  {
    name: 'elu',
    op: ops.elu,
    oracle: (x) => elu(x, 1),
    limits: [-1, Infinity],
    slopes: rising,
    relative: true,
  },
  {
    name: 'elu, alpha 0.5',
    op: (x) => ops.elu(x, { alpha: 0.5 }),
    oracle: (x) => elu(x, 0.5),
    limits: [-0.5, Infinity],
    slopes: rising,
    corners: [[0, 0.5]],
    relative: true,
  },
  {
    name: 'selu',
    op: ops.selu,
    oracle: (x) => 1.0507009873554804934 * elu(x, 1.6732632423543772848),
    limits: [-1.0507009873554804934 * 1.6732632423543772848, Infinity],
    slopes: [0, 1.0507009873554804934],
    corners: [[0, 1.0507009873554804934 * 1.6732632423543772848]],
    relative: true,
  },
  {
    name: 'gelu',
    op: ops.gelu,
    oracle: (x) => x * normalProbability(x),
    limits: bent,
    slopes: rising,
  },
  {
    name: 'gelu, approximate',
    op: (x) => ops.gelu(x, { approximate: true }),
    oracle: tanhGelu,
    limits: bent,
    slopes: rising,
  },
  {
    name: 'hardShrink',
    op: ops.hardShrink,
    oracle: (x) => (abs(x) > 0.5 ? x : 0),
    limits: straight,
    slopes: steady,
    corners: [
      [-0.5, 0],
      [0.5, 0],
    ],
    relative: true,
  },
  {
    name: 'hardShrink, threshold 1',
    op: (x) => ops.hardShrink(x, { threshold: 1 }),
    oracle: (x) => (abs(x) > 1 ? x : 0),
    limits: straight,
    slopes: steady,
    corners: [
      [-1, 0],
      [1, 0],
    ],
    relative: true,
  },
  {
    name: 'hardSigmoid',
    op: ops.hardSigmoid,
    oracle: (x) => clip(x + 3, 0, 6) / 6,
    limits: [0, 1],
    slopes: flat,
    corners: [
      [-3, 0],
      [3, 0],
    ],
  },
  {
    name: 'hardSilu',
    op: ops.hardSilu,
    oracle: (x) => x * (clip(x + 3, 0, 6) / 6),
    limits: bent,
    slopes: rising,
    corners: [
      [-3, 0],
      [3, 1],
    ],
  },
  {
    name: 'hardTanh',
    op: ops.hardTanh,
    oracle: (x) => clip(x, -1, 1),
    limits: [-1, 1],
    slopes: flat,
    corners: [
      [-1, 0],
      [1, 0],
    ],
    relative: true,
  },
  {
    name: 'leakyRelu',
    op: ops.leakyRelu,
    oracle: (x) => (x > 0 ? x : 0.2 * x),
    limits: straight,
    slopes: [0.2, 1],
    corners: [[0, 0.2]],
    relative: true,
  },
  {
    name: 'leakyRelu, slope 0',
    op: (x) => ops.leakyRelu(x, { negativeSlope: 0 }),
    oracle: (x) => max(x, 0),
    limits: bent,
    slopes: rising,
    corners: [[0, 0]],
    relative: true,
  },
  {
    name: 'logSigmoid',
    op: ops.logSigmoid,
    oracle: (x) => -softplus(-x),
    limits: [-Infinity, 0],
    slopes: [1, 0],
    relative: true,
  },
  {
    name: 'mish',
    op: ops.mish,
    oracle: (x) => x * Math.tanh(softplus(x)),
    limits: bent,
    slopes: rising,
    relative: true,
  },
  {
    name: 'relu6',
    op: ops.relu6,
    oracle: (x) => clip(x, 0, 6),
    limits: [0, 6],
    slopes: flat,
    corners: [
      [0, 0],
      [6, 0],
    ],
    relative: true,
  },
  {
    name: 'softShrink',
    op: ops.softShrink,
    oracle: (x) => (x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0),
    limits: straight,
    slopes: steady,
    corners: [
      [-0.5, 0],
      [0.5, 0],
    ],
    relative: true,
  },
  {
    name: 'softShrink, threshold 2',
    op: (x) => ops.softShrink(x, { threshold: 2 }),
    oracle: (x) => (x > 2 ? x - 2 : x < -2 ? x + 2 : 0),
    limits: straight,
    slopes: steady,
    corners: [
      [-2, 0],
      [2, 0],
    ],
    relative: true,
  },
  {
    name: 'softsign',
    op: ops.softsign,
    oracle: (x) => x / (1 + abs(x)),
    limits: [-1, 1],
    slopes: flat,
    relative: true,
  },
  {
    name: 'sparsePlus',
    op: ops.sparsePlus,
    oracle: (x) => (x <= -1 ? 0 : x < 1 ? (x + 1) ** 2 / 4 : x),
    limits: bent,
    slopes: rising,
  },
  {
    name: 'sparseSigmoid',
    op: ops.sparseSigmoid,
    oracle: (x) => (x <= -1 ? 0 : x < 1 ? (x + 1) / 2 : 1),
    limits: [0, 1],
    slopes: flat,
    corners: [
      [-1, 0],
      [1, 0],
    ],
  },
  {
    name: 'squareplus',
    op: ops.squareplus,
    oracle: (x) => squareplus(x, 4),
    limits: bent,
    slopes: rising,
    relative: true,
  },
  {
    name: 'squareplus, b 0.01',
    op: (x) => ops.squareplus(x, { b: 0.01 }),
    oracle: (x) => squareplus(x, 0.01),
    limits: bent,
    slopes: rising,
    relative: true,
  },
  {
    name: 'tanhShrink',
    op: ops.tanhShrink,
    oracle: (x) => x - Math.tanh(x),
    limits: straight,
    slopes: steady,
  },
  {
    name: 'threshold',
    op: ops.threshold,
    oracle: (x) => max(x, 0),
    limits: bent,
    slopes: rising,
    corners: [[0, 0]],
    relative: true,
  },
  {
    name: 'threshold, 1 and −9',
    op: (x) => ops.threshold(x, { threshold: 1, defaultValue: -9 }),
    oracle: (x) => (x > 1 ? x : -9),
    limits: [-9, Infinity],
    slopes: rising,
    corners: [[1, 0]],
    relative: true,
  },
]
