import { ArgumentError, type Backend, checkOptionNames } from '@tapegrad/core'
import type { Logs } from '../callbacks/callback.ts'
import type { AnyModel } from '../models/model.ts'
import { type ClassWeight, classWeightToSampleWeight } from './class-weight.ts'
import type { Compiled } from './compiled.ts'
import { type DataValues, makeDataset } from './data.ts'
import { type Step, testStep, trainStep } from './steps.ts'

export interface BatchOptions {
  /** How much each sample counts: of shape [samples], or [samples, steps]. */
  readonly sampleWeight?: DataValues
  readonly classWeight?: ClassWeight
}

type BatchRun = (
  model: AnyModel,
  compiled: Compiled,
  backend: Backend,
  x: DataValues,
  y: DataValues | null,
  options: BatchOptions,
) => Promise<Logs>

export const trainOnBatch: BatchRun = (...args) => runOnBatch('trainOnBatch', trainStep, ...args)

export const testOnBatch: BatchRun = (...args) => runOnBatch('testOnBatch', testStep, ...args)

async function runOnBatch(op: string, step: Step, ...args: Parameters<BatchRun>): Promise<Logs> {
  const [model, compiled, backend, x, y, options] = args
  checkOptionNames(op, options, ['sampleWeight', 'classWeight'])
  const { sampleWeight, classWeight } = options
  if (sampleWeight !== undefined && classWeight !== undefined) {
    throw new ArgumentError('classWeight and sampleWeight are both given', { op, expected: 'one of them' })
  }
  if (classWeight !== undefined && y === null) throw new ArgumentError('classWeight needs y', { op })
  const data = makeDataset(op, { x, y, sampleWeight }, backend)
  try {
    const weights =
      classWeight === undefined ? null : await classWeightToSampleWeight(op, data.y!, classWeight, backend)
    try {
      step(op, model, compiled, () => ({
        ...data,
        sampleWeight: weights ?? data.sampleWeight,
        size: data.length,
      }))
    } finally {
      weights?.dispose()
    }
    return await compiled.readLogs()
  } finally {
    data.dispose()
  }
}
