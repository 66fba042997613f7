const { Adam, Dense, Sequential, tensor } = require('tapegrad')

async function main() {
  const model = new Sequential([new Dense({ units: 1, inputShape: [1] })])
  model.compile({ optimizer: new Adam({ learningRate: 0.1 }), loss: 'meanSquaredError' })
  const x = tensor([[0], [1], [2], [3]])
  const { history } = await model.fit(x, x.mul(2).add(1), { epochs: 5, verbose: 0 })
  console.log(`learned ${history.loss.at(-1) < history.loss[0]}, sum ${x.sum().dataSync()[0]}`)
}
main()
