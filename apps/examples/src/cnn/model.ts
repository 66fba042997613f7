import { Adam, Conv2D, Dense, Flatten, losses, MaxPooling2D, Reshape, Sequential, schedules } from 'tapegrad'

/**
 * A convolutional network for images of 28 × 28: two convolutions, a pooling after each, and two dense layers.
 *
 * @param steps How many steps it will be trained for while the learning rate falls to 0.
 */
export function convolutionalModel(steps: number): Sequential {
  const convolution = {
    kernelSize: 3,
    padding: 'same',
    activation: 'relu',
    kernelInitializer: 'heNormal',
  } as const
  const model = new Sequential([
    new Reshape({ targetShape: [28, 28, 1], inputShape: [28, 28] }),
    new Conv2D({ ...convolution, filters: 16 }),
    new MaxPooling2D(),
    new Conv2D({ ...convolution, filters: 32 }),
    new MaxPooling2D(),
    new Flatten(),
    new Dense({ units: 128, activation: 'relu', kernelInitializer: 'heNormal' }),
    new Dense({ units: 10 }),
  ])
  model.compile({
    optimizer: new Adam({
      learningRate: new schedules.CosineDecay({ initialLearningRate: 3e-3, decaySteps: steps }),
    }),
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  })
  return model
}
