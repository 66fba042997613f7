/** Small models and data for tests of training. */
import { setSeed } from '@tapegrad/core'
import { ActivityRegularization, Dense, Dropout, Masking } from '../layers/index.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from './plain-sgd.ts'
import { Affine, SquarePenalty } from './test-layers.ts'
import { SquaredError } from './test-losses.ts'

/** y = w x with w = 0.5 at the start. */
export function line(options: { penalty?: number; activity?: number } = {}): Sequential {
  const model = new Sequential([
    new Affine({
      units: 1,
      inputShape: [1],
      ...(options.penalty === undefined ? {} : { penalty: new SquarePenalty(options.penalty) }),
      ...(options.activity === undefined ? {} : { activityRegularizer: new SquarePenalty(options.activity) }),
    }),
  ])
  model.compile({ optimizer: new PlainSGD(0.1), loss: new SquaredError() })
  return model
}

/** The samples 0, 1, … n − 1. */
export function count(n: number): number[][] {
  return Array.from({ length: n }, (_, i) => [i])
}

/** Layers that make masks, penalties and random numbers; metrics with state; an optimizer with state. */
export function everything(): Sequential {
  setSeed(1)
  const model = new Sequential([
    new Masking({ inputShape: [3, 2] }),
    new Dense({ units: 4, activation: 'relu', kernelRegularizer: 'l2', activityRegularizer: 'l1' }),
    new Dropout({ rate: 0.5 }),
    new ActivityRegularization({ l2: 0.1 }),
    new Dense({ units: 1, kernelConstraint: 'maxNorm' }),
  ])
  model.compile({
    optimizer: new PlainSGD(0.01, 0.9),
    loss: 'meanSquaredError',
    metrics: ['meanAbsoluteError'],
    weightedMetrics: ['meanSquaredError'],
  })
  return model
}
