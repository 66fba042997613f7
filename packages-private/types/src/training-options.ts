// What must not compile: each line under an expected error is one. tsc fails where a line compiles after all.
import type { Tensor } from '@tapegrad/core'
import {
  callbacks,
  constraints,
  Dense,
  initializers,
  losses,
  metrics,
  regularizers,
  Sequential,
} from '@tapegrad/layers'
import * as optimizers from '@tapegrad/optimizers'

declare const x: Tensor

const model = new Sequential([new Dense({ units: 1, inputShape: [2] })])
const optimizer = new optimizers.Adam({ learningRate: 0.01 })
model.compile({ optimizer, loss: 'meanSquaredError', metrics: ['mae', new metrics.Mean()] })
model.compile({ optimizer, loss: (yTrue: Tensor) => yTrue })
// @ts-expect-error: the optimizer is an object.
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
// @ts-expect-error: the optimizer is missing.
model.compile({ loss: 'meanSquaredError' })
// @ts-expect-error: an activation's options are no loss.
model.compile({ optimizer, loss: 3 })
// @ts-expect-error: metrics are a list.
model.compile({ optimizer, loss: 'meanSquaredError', metrics: 'mae' })
// @ts-expect-error: misspelt.
model.compile({ optimizer, losses: 'meanSquaredError' })
void model.fit(x, x, { epochs: 2, batchSize: 4, verbose: 0, callbacks: [new callbacks.History()] })
// @ts-expect-error: misspelt.
void model.fit(x, x, { epoch: 2 })
// @ts-expect-error: a number.
void model.fit(x, x, { epochs: '2' })
// @ts-expect-error: an object of a class of callbacks.
void model.fit(x, x, { callbacks: ['History'] })
// @ts-expect-error: Keras's spelling.
void model.fit(x, x, { validation_split: 0.1 })
// @ts-expect-error: a text is no data.
void model.predict('x')
// @ts-expect-error: layers, not names of them.
new Sequential(['Dense'])

// @ts-expect-error: a flag.
new losses.BinaryCrossentropy({ fromLogits: 1 })
// @ts-expect-error: a number.
new losses.CategoricalCrossentropy({ labelSmoothing: '0.1' })
// @ts-expect-error: camelCase.
new losses.MeanSquaredError({ reduction: 'sum_over_batch_size' })
// @ts-expect-error: misspelt.
new losses.Huber({ detla: 1 })
// @ts-expect-error: a squared error has no logits.
new losses.MeanSquaredError({ fromLogits: true })
// @ts-expect-error: a number.
new losses.Tversky({ alpha: 'half' })

// @ts-expect-error: a number.
new metrics.BinaryAccuracy({ threshold: '0.5' })
// @ts-expect-error: one of two.
new metrics.AUC({ curve: 'ROCK' })
// @ts-expect-error: the recall is missing.
new metrics.PrecisionAtRecall({})
// @ts-expect-error: the number of classes is missing.
new metrics.MeanIoU({})
// @ts-expect-error: it is called k.
new metrics.TopKCategoricalAccuracy({ top: 3 })
// @ts-expect-error: one of few.
new metrics.FBetaScore({ average: 'mean' })

// @ts-expect-error: one of few.
new initializers.VarianceScaling({ mode: 'fan_in' })
// @ts-expect-error: a number.
new initializers.RandomNormal({ stddev: '1' })
// @ts-expect-error: it is called l2.
new regularizers.L2({ factor: 0.1 })
// @ts-expect-error: it is called maxValue.
new constraints.MaxNorm({ max: 2 })
// @ts-expect-error: a stream, or none of it.
new callbacks.ProgressBar({ colour: 'red' })

// @ts-expect-error: a number or a schedule.
new optimizers.SGD({ learningRate: '0.1' })
// @ts-expect-error: misspelt.
new optimizers.Adam({ beta: 0.9 })
// @ts-expect-error: Keras's spelling.
new optimizers.Adam({ learning_rate: 0.1 })
// @ts-expect-error: a flag.
new optimizers.RMSprop({ centered: 1 })
// @ts-expect-error: a number.
new optimizers.AdamW({ weightDecay: true })
// @ts-expect-error: momentum is for others.
new optimizers.Adagrad({ momentum: 0.9 })
// @ts-expect-error: steps are missing.
new optimizers.schedules.ExponentialDecay({ initialLearningRate: 0.1 })
