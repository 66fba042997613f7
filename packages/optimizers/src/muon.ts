import {
  ArgumentError,
  add,
  div,
  matmul,
  mul,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  transpose,
  type Variable,
} from '@tapegrad/core'
import { adamStep, fuseAdamStep } from './adam-rule.ts'
import { defineOptimizer, type OptimizerConstructor, type OwnOptions } from './define-optimizer.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import {
  checkBoolean,
  checkFinite,
  checkNonNegative,
  checkPositiveInteger,
  checkUnitInterval,
  orNull,
} from './option-checks.ts'

export interface MuonOptions extends OptimizerOptions {
  /** β₁ of the variables that Adam changes. Default: 0.9. */
  readonly adamBeta1?: number
  /** β₂ of the variables that Adam changes. Default: 0.999. */
  readonly adamBeta2?: number
  /** ε of the variables that Adam changes. Default: 1e-7. */
  readonly epsilon?: number
  /** Texts: matrices that have one of them in their path, such as the name of the output layer, are Adam's. Default: none. */
  readonly excludeLayers?: readonly string[]
  /** The factor of the first power in an iteration. Default: 3.4445. */
  readonly muonA?: number
  /** The factor of the third power. Default: -4.775. */
  readonly muonB?: number
  /** The factor of the fifth power. Default: 2.0315. */
  readonly muonC?: number
  /** How many times larger Adam's learning rate is. Default: 1. */
  readonly adamLrRatio?: number
  /** The part of the past gradients that a step keeps. Default: 0.95. */
  readonly momentum?: number
  /** How many Newton–Schulz iterations a step takes. Default: 5. */
  readonly nsSteps?: number
  /** Whether to look ahead along the momentum (Nesterov). Default: true. */
  readonly nesterov?: boolean
  /** Whether matrices with "embedding" in their path are Adam's. Default: true. */
  readonly excludeEmbeddings?: boolean
  /** The weight decay of the variables that Adam changes. Default: 0.004. */
  readonly adamWeightDecay?: number | null
  /** Scales steps to about the size of Adam's; null leaves them as they are. Default: 0.2. */
  readonly rmsRate?: number | null
}

interface MuonSlots {
  readonly momentum: Variable
  readonly velocity?: Variable
}

/**
 * Muon: steps of matrices are made orthogonal; everything else is changed by AdamW.
 *
 * m ← μ·m + g, u = g + μ·m (without Nesterov: m), X = u / (‖u‖ + 1e-7), `nsSteps` times X ← a·X + (b·XXᵀ + c·(XXᵀ)²)·X, and
 * w ← w − lr · rmsRate · √max(rows, columns) · X. Weight decay comes first, 0.004 by default. AdamW changes what is not a
 * matrix, embeddings, and what `excludeLayers` names.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/muon/
 * @see https://arxiv.org/abs/2502.16982
 * @example
 * ```ts
 * const optimizer = new Muon({ learningRate: 1e-3, excludeLayers: ['output'] })
 * ```
 */
export const Muon: OptimizerConstructor<MuonOptions> = /* @__PURE__ */ defineOptimizer<
  MuonOptions,
  MuonSlots
>({
  className: 'Muon',
  defaults: { learningRate: 0.001, name: 'muon', weightDecay: 0.004 },
  options: {
    adamBeta1: { key: 'adam_beta_1', default: 0.9, check: checkUnitInterval },
    adamBeta2: { key: 'adam_beta_2', default: 0.999, check: checkUnitInterval },
    epsilon: { key: 'epsilon', default: 1e-7, check: checkNonNegative },
    excludeLayers: { key: 'exclude_layers', default: [], check: checkTexts },
    muonA: { key: 'muon_a', default: 3.4445, check: checkFinite },
    muonB: { key: 'muon_b', default: -4.775, check: checkFinite },
    muonC: { key: 'muon_c', default: 2.0315, check: checkFinite },
    adamLrRatio: { key: 'adam_lr_ratio', default: 1, check: checkNonNegative },
    momentum: { key: 'momentum', default: 0.95, check: checkUnitInterval },
    nsSteps: { key: 'ns_steps', default: 5, check: checkPositiveInteger },
    nesterov: { key: 'nesterov', default: true, check: checkBoolean },
    excludeEmbeddings: { key: 'exclude_embeddings', default: true, check: checkBoolean },
    adamWeightDecay: {
      key: 'adam_weight_decay',
      default: 0.004,
      check: /* @__PURE__ */ orNull(checkNonNegative),
    },
    rmsRate: { key: 'rms_rate', default: 0.2, check: /* @__PURE__ */ orNull(checkNonNegative) },
  },
  slots: (variable, own) => ({ momentum: {}, velocity: isAdams(variable, own) ? {} : null }),
  decayOf: (variable, own, weightDecay) => (isAdams(variable, own) ? own.adamWeightDecay : weightDecay),
  step: (step, own) => {
    const { gradient, variable, slots, learningRate } = step
    if (slots.velocity !== undefined) return adamStep(adamsStep(step, slots.velocity, own), adamsOptions(own))
    const momentum = add(gradient, mul(slots.momentum, own.momentum))
    const update = orthogonalize(own.nesterov ? add(gradient, mul(momentum, own.momentum)) : momentum, own)
    const scale = own.rmsRate === null ? 1 : own.rmsRate * Math.sqrt(Math.max(...variable.shape))
    return { value: sub(variable, mul(update, learningRate * scale)), slots: { momentum } }
  },
  fuse: (step, own, decay) => {
    const { velocity } = step.slots
    return velocity !== undefined && fuseAdamStep(adamsStep(step, velocity, own), adamsOptions(own), decay)
  },
})
export type Muon = InstanceType<typeof Muon>

type Own = OwnOptions<MuonOptions>

function isAdams({ shape, path }: Variable, { excludeLayers, excludeEmbeddings }: Own): boolean {
  if (shape.length !== 2 || excludeLayers.some((text) => path.includes(text))) return true
  return excludeEmbeddings && path.toLowerCase().includes('embedding')
}

function adamsStep<Step extends { readonly learningRate: number; readonly slots: MuonSlots }>(
  step: Step,
  velocity: Variable,
  { adamLrRatio }: Own,
): Step & { readonly slots: { readonly momentum: Variable; readonly velocity: Variable } } {
  return {
    ...step,
    learningRate: step.learningRate * adamLrRatio,
    slots: { momentum: step.slots.momentum, velocity },
  }
}

function adamsOptions({ adamBeta1, adamBeta2, epsilon }: Own): {
  beta1: number
  beta2: number
  epsilon: number
} {
  return { beta1: adamBeta1, beta2: adamBeta2, epsilon }
}

/** About the nearest orthogonal matrix, by a quintic Newton–Schulz iteration. */
function orthogonalize(g: Tensor, { muonA, muonB, muonC, nsSteps }: Own): Tensor {
  const isTall = g.shape[0]! > g.shape[1]!
  // The products are smaller with the shorter side first.
  const wide = isTall ? transpose(g) : g
  let x = div(wide, add(sqrt(sum(square(wide))), 1e-7))
  for (let i = 0; i < nsSteps; i++) {
    const gram = matmul(x, transpose(x))
    x = add(mul(x, muonA), matmul(add(mul(gram, muonB), matmul(mul(gram, muonC), gram)), x))
  }
  return isTall ? transpose(x) : x
}

function checkTexts(op: string, name: string, value: unknown): readonly string[] {
  const isList = Array.isArray(value)
  if (isList && value.every((each) => typeof each === 'string' && each !== ''))
    return [...(value as string[])]
  throw new ArgumentError(`${name} is not a list of texts`, { op, received: { [name]: value } })
}
