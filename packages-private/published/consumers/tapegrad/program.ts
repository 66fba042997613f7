import {
  Adam,
  cpuBackend,
  Dense,
  type Layer,
  losses,
  Sequential,
  setBackend,
  type Tensor,
  tensor,
} from 'tapegrad'

setBackend(cpuBackend())
const layers: readonly Layer[] = [
  new Dense({ units: 8, activation: 'tanh', inputShape: [2] }),
  new Dense({ units: 1 }),
]
const model = new Sequential(layers)
model.compile({ optimizer: new Adam({ learningRate: 0.05 }), loss: new losses.MeanSquaredError() })

export async function train(x: Tensor, y: Tensor): Promise<number> {
  const { history } = await model.fit(x, y, { epochs: 2, verbose: 0 })
  return history['loss']?.at(-1) ?? Number.NaN
}
export const total: Tensor = tensor([[1, 2]])
  .mul(2)
  .sum()

// @ts-expect-error: units are a number
new Dense({ units: '8' })
