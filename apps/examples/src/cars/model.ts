import { Adam, Dense, Sequential } from 'tapegrad'

/** From what is known of a car to one number. */
export function carModel(features: number): Sequential {
  const model = new Sequential([
    new Dense({ units: 32, activation: 'relu', inputShape: [features] }),
    new Dense({ units: 32, activation: 'relu', kernelRegularizer: 'l2' }),
    new Dense({ units: 1 }),
  ])
  model.compile({
    optimizer: new Adam({ learningRate: 0.003 }),
    loss: 'meanSquaredError',
    metrics: ['meanAbsoluteError'],
  })
  return model
}
