/** A model of every layer, with every kind of option: what a file can describe. */
import { mul, type Tensor } from '@tapegrad/core'
import * as constraints from '../constraints/index.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import * as initializers from '../initializers/index.ts'
import * as layers from '../layers/index.ts'
import * as losses from '../losses/index.ts'
import * as metrics from '../metrics/index.ts'
import { Sequential } from '../models/sequential.ts'
import * as regularizers from '../regularizers/index.ts'
import { registerSerializable } from '../saving/serializable.ts'
import { PlainSGD } from './plain-sgd.ts'

const twice = registerSerializable((x: Tensor): Tensor => mul(x, 2), { name: 'every-layer twice' })
const sameShape = registerSerializable((shape: SymbolicShape) => shape, { name: 'every-layer shape' })
const noMask = registerSerializable((): null => null, { name: 'every-layer mask' })

export function everyLayer(): Sequential {
  const model = new Sequential([
    new layers.Dense({
      units: 4,
      inputShape: [3],
      activation: 'relu',
      kernelInitializer: new initializers.VarianceScaling({ scale: 2, seed: 1 }),
      biasInitializer: new initializers.Constant({ value: 0.5 }),
      kernelRegularizer: new regularizers.L1L2({ l1: 0.1, l2: 0.1 }),
      biasRegularizer: new regularizers.L2({ l2: 0.1 }),
      kernelConstraint: new constraints.MinMaxNorm(),
      biasConstraint: new constraints.NonNeg(),
      activityRegularizer: new regularizers.L1({ l1: 0.1 }),
    }),
    new layers.Dense({
      units: 4,
      kernelInitializer: new initializers.Orthogonal({ seed: 1 }),
      biasInitializer: new initializers.TruncatedNormal({ seed: 1 }),
      kernelRegularizer: new regularizers.OrthogonalRegularizer(),
      kernelConstraint: new constraints.MaxNorm({ maxValue: 2 }),
      biasConstraint: new constraints.UnitNorm(),
      activation: twice,
    }),
    new layers.RepeatVector({ n: 3 }),
    new layers.Masking({ maskValue: -1 }),
    new layers.Activation({ activation: 'tanh' }),
    new layers.Lambda({
      function: twice,
      outputShape: sameShape,
      mask: noMask,
      arguments: { a: [1, { b: 'c' }] },
    }),
    new layers.Permute({ dims: [2, 1] }),
    new layers.Reshape({ targetShape: [-1, 2] }),
    new layers.Flatten({ dataFormat: 'channelsFirst' }),
    new layers.ActivityRegularization({ l1: 0.1, l2: 0.1 }),
    new layers.Dropout({ rate: 0.5, noiseShape: [null, 1], seed: 3 }),
    new Sequential([new layers.Dense({ units: 2, activation: 'softmax' })]),
  ])
  model.compile({
    optimizer: new PlainSGD(),
    loss: new losses.CategoricalCrossentropy({ labelSmoothing: 0.1 }),
    metrics: [new metrics.TopKCategoricalAccuracy({ k: 1 }), 'accuracy'],
    weightedMetrics: [new metrics.BinaryAccuracy({ threshold: 0.3 })],
  })
  return model
}
