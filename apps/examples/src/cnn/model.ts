import { Adam, Conv2D, Dense, Flatten, losses, MaxPooling2D, Reshape, Sequential } from 'tapegrad'

/** A convolutional network for images of 28 × 28: two convolutions, a pooling after each, and two dense layers. */
export function convolutionalModel(): Sequential {
  const model = new Sequential([
    new Reshape({ targetShape: [28, 28, 1], inputShape: [28, 28] }),
    new Conv2D({ filters: 16, kernelSize: 3, activation: 'relu' }),
    new MaxPooling2D(),
    new Conv2D({ filters: 32, kernelSize: 3, activation: 'relu' }),
    new MaxPooling2D(),
    new Flatten(),
    new Dense({ units: 64, activation: 'relu' }),
    new Dense({ units: 10 }),
  ])
  model.compile({
    optimizer: new Adam({ learningRate: 2e-3 }),
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  })
  return model
}
