/** What a file says about training: the losses and metrics of every output. */
import type { Config, Json } from '@tapegrad/core'
import * as losses from '../losses/index.ts'
import * as metrics from '../metrics/index.ts'
import {
  type CompileOptions,
  isPerOutput,
  type LossOption,
  type MetricOption,
  type MetricOptions,
  type PerOutput,
} from '../training/compile-options.ts'
import type { ConfigReader } from './config-reader.ts'
import { isConfig } from './serializable.ts'

type LossOptions = Pick<CompileOptions, 'loss' | 'lossWeights' | 'metrics' | 'weightedMetrics'>

export function writeCompile({ optimizer, ...options }: CompileOptions): Config {
  const { loss = null, lossWeights, metrics: plain = [], weightedMetrics = [] } = options
  return {
    optimizer: { class_name: optimizer.className, config: optimizer.getConfig() },
    loss: isPerOutput<LossOption | null>(loss)
      ? mapOutputs(loss, writeLoss)
      : writeLoss(loss as LossOption | null),
    ...(lossWeights === undefined ? {} : { loss_weights: lossWeights as Json }),
    metrics: mapOutputs(plain, writeMetrics),
    weighted_metrics: mapOutputs(weightedMetrics, writeMetrics),
  }
}

export function readCompile(read: ConfigReader): LossOptions {
  const weights = read.json('loss_weights', null)
  const loss = read.json('loss', null)
  return {
    loss: isLossConfig(loss) ? readLoss(loss) : mapOutputs(loss, readLoss),
    ...(weights === null ? {} : { lossWeights: readWeights(read, weights) }),
    metrics: readMetricOptions(read, 'metrics'),
    weightedMetrics: readMetricOptions(read, 'weighted_metrics'),
  }
}

/** Does something with what an option says for each output; lists stay lists. */
function mapOutputs<T, U>(given: PerOutput<T>, f: (each: T) => U): U[] | { readonly [name: string]: U } {
  if (Array.isArray(given)) return (given as readonly T[]).map(f)
  return Object.fromEntries(
    Object.entries(given as { readonly [name: string]: T }).map(([name, each]) => [name, f(each)]),
  )
}

function writeLoss(loss: LossOption | null): Json {
  if (typeof loss === 'string') return loss
  return losses.serialize(typeof loss === 'function' ? losses.get(loss) : (loss as losses.Loss | null))
}

function writeMetrics(given: MetricOption | readonly MetricOption[] | null): Json {
  if (given === null) return null
  return Array.isArray(given)
    ? (given as readonly MetricOption[]).map(writeMetric)
    : writeMetric(given as MetricOption)
}

function writeMetric(metric: MetricOption): Json {
  if (typeof metric === 'string') return metric
  return metrics.serialize(typeof metric === 'function' ? metrics.get(metric) : (metric as metrics.Metric))
}

/** One loss has a class; what has none is a list or an object of losses. */
function isLossConfig(loss: Json): loss is string | number | boolean | null {
  if (Array.isArray(loss)) return false
  return !isConfig(loss) || 'class_name' in loss
}

function readLoss(loss: Json): string | losses.Loss | null {
  return typeof loss === 'string' || loss === null ? loss : losses.deserialize(loss)
}

function readMetricOptions(read: ConfigReader, key: string): MetricOptions {
  const given = read.json(key, [])
  if (!Array.isArray(given) && !isConfig(given)) throw read.error('the metrics are not a list', key)
  return mapOutputs(given as PerOutput<Json>, (entry) => {
    if (entry === null) return null
    return Array.isArray(entry) ? (entry as readonly Json[]).map(readMetric) : readMetric(entry)
  })
}

function readMetric(entry: Json): string | metrics.Metric {
  return typeof entry === 'string' ? entry : metrics.deserialize(entry)!
}

function readWeights(read: ConfigReader, weights: Json): number | PerOutput<number> {
  const all = typeof weights === 'object' && weights !== null ? Object.values(weights) : [weights]
  if (all.every((weight) => typeof weight === 'number')) return weights as number | PerOutput<number>
  throw read.error('the weights of losses are not numbers', 'loss_weights')
}
