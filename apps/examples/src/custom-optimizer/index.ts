/** An optimizer of one's own: its steps by hand, training, and a file from which training goes on as if nothing was. */
import assert from 'node:assert/strict'
import {
  ArgumentError,
  Dense,
  loadModel,
  memory,
  Sequential,
  SerializationError,
  saveModel,
  schedules,
  setSeed,
  sum,
  tensor,
  tidy,
  variable,
} from 'tapegrad'
import { Signum } from './signum.ts'

setSeed(1)
assert.throws(() => new Signum({ momentum: 2 }), ArgumentError)

// Two steps by hand: the gradients of 3·w₀ − 5·w₁ are 3 and −5, and only their signs count.
const before = memory()
const w = variable([1, 2])
const optimizer = new Signum({ learningRate: 0.25 })
for (let step = 0; step < 2; step++) {
  tidy(() => {
    const slopes = tensor([3, -5])
    optimizer.minimize(() => sum(w.mul(slopes)), [w])
  })
}
assert.deepEqual([...w.dataSync()], [0.5, 2.5])
console.log('two steps from [1, 2] along the signs of [3, −5]: [0.5, 2.5]')
optimizer.dispose()
w.dispose()
assert.deepEqual(memory(), before)

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
])
const y = tensor([[0], [1], [1], [0]])
const model = new Sequential([
  new Dense({ units: 16, activation: 'tanh', inputShape: [2] }),
  new Dense({ units: 1 }),
])
const learningRate = new schedules.ExponentialDecay({
  initialLearningRate: 0.05,
  decaySteps: 50,
  decayRate: 0.5,
})
model.compile({ optimizer: new Signum({ learningRate, weightDecay: 0.01 }), loss: 'meanSquaredError' })
await model.fit(x, y, { epochs: 300, verbose: 0 })
const { loss } = await model.evaluate(x, y, { verbose: 0 })
console.log(`exclusive or, mean squared error: ${loss!.toFixed(5)}`)
assert.ok(loss! < 0.02, `the loss is ${loss}`)

// The state goes with the model: both go on in step.
const bytes = await saveModel(model)
await assert.rejects(loadModel(bytes), SerializationError)
const copy = await loadModel(bytes, { optimizers: [Signum] })
assert.deepEqual(copy.optimizer.getConfig(), model.optimizer.getConfig())
assert.equal(copy.optimizer.iterations, 300)
for (const each of [model, copy]) await each.fit(x, y, { epochs: 3, shuffle: false, verbose: 0 })
model.weights.forEach((weight, i) => {
  assert.deepEqual(copy.weights[i]!.dataSync(), weight.dataSync())
})
console.log('three more steps after loading give the same weights bit for bit')
