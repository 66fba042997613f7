import { ArgumentError, type Backend, checkOptionNames } from '@tapegrad/core'
import type { Logs } from '../callbacks/callback.ts'
import type { AnyModel } from '../models/model.ts'
import { type ClassWeight, weighByClass } from './class-weight.ts'
import type { Compiled } from './compiled.ts'
import { type DataValues, makeSamples, type WeightValues } from './data.ts'
import { listingOf } from './listing.ts'
import { type Step, testStep, trainStep } from './steps.ts'

export interface BatchOptions {
  /** How much each sample counts: of shape [samples], or [samples, steps]; a list where outputs differ in it. */
  readonly sampleWeight?: WeightValues
  readonly classWeight?: ClassWeight
}

type BatchRun = (
  model: AnyModel,
  compiled: Compiled,
  backend: Backend,
  x: DataValues | readonly DataValues[],
  y: DataValues | readonly DataValues[] | null,
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
  const data = makeSamples(op, { x, y, sampleWeight }, backend, listingOf(model, compiled))
  try {
    const weighed = classWeight === undefined ? null : await weighByClass(op, data, classWeight, backend)
    try {
      step(op, model, compiled, () => ({ ...(weighed ?? data), size: data.length }))
    } finally {
      weighed?.dispose()
    }
    return await compiled.readLogs()
  } finally {
    data.dispose()
  }
}
