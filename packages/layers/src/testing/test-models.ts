/** Small models and data for tests of training. */
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
