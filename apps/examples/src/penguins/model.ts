import { Adam, Dense, losses, Sequential } from 'tapegrad'

/** From four measures to a score for each of three species. */
export function penguinModel(): Sequential {
  const model = new Sequential([
    new Dense({ units: 16, activation: 'relu', inputShape: [4] }),
    new Dense({ units: 3 }),
  ])
  model.compile({
    optimizer: new Adam({ learningRate: 0.01 }),
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  })
  return model
}
