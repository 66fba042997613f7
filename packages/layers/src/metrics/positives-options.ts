import { ArgumentError, type Config, checkOptionNames } from '@tapegrad/core'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { ConfusionRule } from './confusion.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'
import {
  checkThresholds,
  listThresholds,
  readThresholds,
  type Thresholds,
  writeThresholds,
} from './thresholds.ts'

export interface PositivesOptions extends MetricOptions {
  /** What predictions must exceed to be positive, from 0 to 1; several give as many results. Default: 0.5, with `topK` none. */
  readonly thresholds?: Thresholds
  /** How many of the greatest predictions of a sample may be positive. Default: null, all. */
  readonly topK?: number | null
  /** The only class that counts. Default: null, all. */
  readonly classId?: number | null
}

/** Checks the options and fills in the defaults. */
export function checkPositives(
  op: string,
  options: PositivesOptions,
): ConfusionRule & { readonly given: Thresholds } {
  checkOptionNames(op, options, [...metricOptionNames, 'thresholds', 'topK', 'classId'])
  const { topK = null, classId = null } = options
  const given = checkThresholds(op, options.thresholds ?? null)
  return {
    given,
    thresholds: listThresholds(given, topK === null ? 0.5 : Number.NEGATIVE_INFINITY),
    topK: topK === null ? null : checkNumber(op, 'topK', topK, 'positiveInteger'),
    classId: checkClassId(op, classId),
  }
}

export function checkClassId(op: string, classId: unknown): number | null {
  if (classId === null || (Number.isSafeInteger(classId) && (classId as number) >= 0)) {
    return classId as number | null
  }
  throw new ArgumentError('classId is not the number of a class', { op, received: { classId } })
}

export function writePositives({ given, topK, classId }: ReturnType<typeof checkPositives>): Config {
  return { thresholds: writeThresholds(given), top_k: topK ?? null, class_id: classId ?? null }
}

/** The options, as a file holds them. */
export function readPositives(read: ConfigReader, name: string): PositivesOptions {
  const options = {
    ...readMetricOptions(read, name),
    thresholds: readThresholds(read),
    topK: read.integer('top_k', null),
    classId: read.integer('class_id', null),
  }
  read.done()
  return options
}
