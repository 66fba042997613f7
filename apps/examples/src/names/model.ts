import { Adam, Dense, Embedding, LSTM, Sequential } from 'tapegrad'
import { characterCount } from './data.ts'

/** From the characters of a name to how likely it is female. Zeros behind the name are masked: the LSTM skips them. */
export function nameModel(length: number): Sequential {
  const model = new Sequential([
    new Embedding({ inputDim: characterCount, outputDim: 16, maskZero: true, inputShape: [length] }),
    new LSTM({ units: 32 }),
    new Dense({ units: 1, activation: 'sigmoid' }),
  ])
  model.compile({
    optimizer: new Adam({ learningRate: 0.005 }),
    loss: 'binaryCrossentropy',
    metrics: ['binaryAccuracy'],
  })
  return model
}
