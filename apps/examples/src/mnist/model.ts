import { Adam, Dense, Dropout, Flatten, losses, Sequential } from 'tapegrad'

/** The network that learns the digits, ready to be trained. */
export function digitModel(): Sequential {
  const model = new Sequential([
    new Flatten({ inputShape: [28, 28] }),
    new Dense({ units: 256, activation: 'relu' }),
    new Dropout({ rate: 0.2 }),
    new Dense({ units: 10 }),
  ])
  model.compile({
    optimizer: new Adam({ learningRate: 1e-3 }),
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  })
  return model
}
