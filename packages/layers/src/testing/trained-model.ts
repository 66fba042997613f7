/** A small model with state in every part, for tests of files. */
import { setSeed } from '@tapegrad/core'
import { Dense, Dropout } from '../layers/index.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from './plain-sgd.ts'

export const samples: readonly (readonly number[])[] = [
  [0.5, -1],
  [2, 0.25],
]
export const targets: readonly (readonly number[])[] = [[1], [-1]]

/** A model of two layers, compiled and trained for a step. */
export async function trained(): Promise<Sequential> {
  setSeed(1)
  const model = new Sequential([
    new Dense({ units: 2, activation: 'tanh', inputShape: [2] }),
    new Dropout({ rate: 0.1, seed: 2 }),
    new Dense({ units: 1 }),
  ])
  model.compile({ optimizer: new PlainSGD(0.1, 0.9), loss: 'meanSquaredError', metrics: ['accuracy'] })
  await model.trainOnBatch(samples, targets)
  model.resetMetrics()
  return model
}
