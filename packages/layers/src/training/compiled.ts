import {
  ArgumentError,
  add,
  checkOptionNames,
  type Optimizer,
  ShapeError,
  stopGradient,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import type { BatchLogs, Logs } from '../callbacks/callback.ts'
import { getMask } from '../engine/masks.ts'
import type { LossName } from '../losses/index.ts'
import type { MetricName } from '../metrics/index.ts'
import type { LossFunction, LossLike, MetricLike, Weighting } from './contracts.ts'
import { LossTracker } from './loss-tracker.ts'
import { checkMetric, resolveLoss, resolveMetric } from './resolve.ts'

/** A built-in name, or one of your own that was registered. */
type Name<BuiltIn extends string> = BuiltIn | (string & Record<never, never>)

export interface CompileOptions {
  /** An optimizer object, such as `new Adam({ learningRate: 1e-3 })`. */
  readonly optimizer: Optimizer
  /** A loss, its name, or a function of targets and predictions. None: only penalties are minimised. */
  readonly loss?: LossLike | LossFunction | Name<LossName> | null
  /** Metrics, their names ('accuracy' and 'crossentropy' choose the one that fits), or functions; sample weights do not touch them. */
  readonly metrics?: readonly (MetricLike | LossFunction | Name<MetricName>)[]
  /** Metrics that take sample weights into account. */
  readonly weightedMetrics?: readonly (MetricLike | LossFunction | Name<MetricName>)[]
}

const compileOptionNames = ['optimizer', 'loss', 'metrics', 'weightedMetrics']

interface NamedMetric {
  readonly name: string
  readonly metric: MetricLike
  readonly weighted: boolean
}

/** What `compile` makes of its options: the loss, the metrics and their running values. */
export class Compiled {
  readonly options: CompileOptions
  readonly optimizer: Optimizer
  readonly loss: LossLike | null
  readonly #lossTracker: LossTracker = new LossTracker()
  // Made with the first batch: 'accuracy' depends on the shapes.
  #metrics: readonly NamedMetric[] | null = null
  /** Counts updates, so that nothing is read from the device twice. */
  #version = 0

  constructor(op: string, options: CompileOptions) {
    checkOptionNames(op, options, compileOptionNames)
    checkOptimizer(op, options.optimizer)
    for (const name of ['metrics', 'weightedMetrics'] as const) {
      const list: unknown = options[name] ?? []
      if (!Array.isArray(list)) {
        throw new ArgumentError(`${name} is not a list`, { op, received: { [name]: list } })
      }
      for (const metric of list as unknown[]) checkMetric(op, metric)
    }
    this.options = options
    this.optimizer = options.optimizer
    this.loss = resolveLoss(op, options.loss ?? null)
  }

  /** Whether `compile` was told about several outputs. */
  get hasSeveralLosses(): boolean {
    return false
  }

  /** The metrics; empty before the first batch. */
  get metrics(): readonly MetricLike[] {
    return (this.#metrics ?? []).map(({ metric }) => metric)
  }

  /** The loss of a batch with all penalties: what training minimises. */
  totalLoss(
    op: string,
    y: Tensor | null,
    yPred: Tensor,
    sampleWeight: Tensor | null,
    penalties: readonly Tensor[],
  ): Tensor {
    const terms: Tensor[] = []
    if (this.loss !== null) {
      if (y === null) {
        throw new ArgumentError('y is missing, and the loss needs it', {
          op,
          received: { loss: this.loss.name },
          hint: 'pass the targets as the second argument',
        })
      }
      terms.push(this.loss.apply(y, yPred, weighting(sampleWeight, getMask(yPred))))
    }
    terms.push(...penalties)
    const [first, ...others] = terms
    if (first === undefined) {
      throw new ArgumentError('there is no loss to compute', {
        op,
        hint: 'name a loss in compile(), or give the model penalties with addLoss() or regularizers',
      })
    }
    return others.reduce((sum, term) => add(sum, term), first)
  }

  /** Adds a batch to the running metrics. */
  updateMetrics(y: Tensor | null, yPred: Tensor, sampleWeight: Tensor | null): void {
    this.#version++
    if (y === null) return
    const mask = getMask(yPred)
    this.#metrics ??= this.#makeMetrics(y, yPred)
    for (const { metric, weighted } of this.#metrics) {
      tidy(() => metric.updateState(y, yPred, weighting(weighted ? sampleWeight : null, mask)))
    }
  }

  /** Adds a batch to the running loss. */
  updateLoss(loss: Tensor, batchSize: number): void {
    this.#version++
    this.#lossTracker.update(loss, batchSize)
  }

  /** The running loss and metrics, read from the device. */
  async readLogs(): Promise<Logs> {
    const metrics = this.#metrics ?? []
    const results = tidy(() => metrics.map(({ metric }) => stopGradient(metric.result())))
    try {
      const values = await Promise.all([this.#lossTracker.result(), ...results.map(readScalar)])
      return Object.fromEntries(
        ['loss', ...metrics.map(({ name }) => name)].map((name, i) => [name, values[i]!]),
      )
    } finally {
      for (const result of results) result.dispose()
    }
  }

  /** The same for callbacks, read when the first of them asks. */
  batchLogs(): BatchLogs {
    const version = this.#version
    let logs: Promise<Logs> | null = null
    return {
      read: async () => {
        if (logs === null && this.#version !== version) {
          throw new ArgumentError('the logs of a batch were read after the next batch', {
            op: 'BatchLogs.read',
            hint: 'await logs.read() in the hook that gets them',
          })
        }
        logs ??= this.readLogs()
        return { ...(await logs) }
      },
    }
  }

  reset(): void {
    this.#version++
    this.#lossTracker.reset()
    for (const { metric } of this.#metrics ?? []) metric.resetState()
  }

  /** Disposes the running values, and the metrics that were made here. */
  dispose(): void {
    this.#lossTracker.reset()
    const given: readonly unknown[] = [
      ...(this.options.metrics ?? []),
      ...(this.options.weightedMetrics ?? []),
    ]
    for (const { metric } of this.#metrics ?? []) if (!given.includes(metric)) metric.dispose()
    this.#metrics = null
  }

  #makeMetrics(y: Tensor, yPred: Tensor): readonly NamedMetric[] {
    const { metrics = [], weightedMetrics = [] } = this.options
    const taken = new Set(['loss'])
    return [
      ...metrics.map((given) => ({ given, weighted: false })),
      ...weightedMetrics.map((given) => ({ given, weighted: true })),
    ].map(({ given, weighted }) => {
      const metric = resolveMetric(given, y, yPred)
      // Keras's rule: a metric that was named is called what it was named.
      const name = freeName(typeof given === 'string' ? given : metric.name, weighted, taken)
      taken.add(name)
      return { name, metric, weighted }
    })
  }
}

/** The metrics that train on: their own name, or one that tells them from another of that name. */
function freeName(name: string, weighted: boolean, taken: ReadonlySet<string>): string {
  const base = weighted && taken.has(name) ? `weighted_${name}` : name
  let free = base
  for (let i = 1; taken.has(free); i++) free = `${base}_${i}`
  return free
}

function weighting(sampleWeight: Tensor | null, mask: Tensor | null): Weighting {
  return { ...(sampleWeight === null ? {} : { sampleWeight }), ...(mask === null ? {} : { mask }) }
}

async function readScalar(result: Tensor): Promise<number> {
  if (result.size !== 1) {
    throw new ShapeError('the result of a metric is not a single number', {
      op: 'metrics',
      received: { result },
    })
  }
  return Number((await result.data())[0])
}

function checkOptimizer(op: string, optimizer: unknown): void {
  const isOptimizer =
    typeof optimizer === 'object' &&
    optimizer !== null &&
    'apply' in optimizer &&
    typeof optimizer.apply === 'function' &&
    'variables' in optimizer
  if (isOptimizer) return
  throw new ArgumentError('the optimizer is not an optimizer', {
    op,
    received: { optimizer },
    expected: 'an object such as new Adam({ learningRate: 0.001 })',
    ...(typeof optimizer === 'string' ? { hint: "import { Adam } from '@tapegrad/optimizers'" } : {}),
  })
}
