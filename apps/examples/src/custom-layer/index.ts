/** Layers of one's own in a model: shapes, training, and a file from which the model comes back as it was. */
import assert from 'node:assert/strict'
import {
  Adam,
  ArgumentError,
  arange,
  Dense,
  expandDims,
  input,
  loadModel,
  registerSerializable,
  Sequential,
  SerializationError,
  saveModel,
  setSeed,
  sin,
  tidy,
} from 'tapegrad'
import { Maxout } from './maxout.ts'
import { SnakeActivation } from './snake-activation.ts'

setSeed(1)

assert.deepEqual(new Maxout({ units: 3 }).apply(input({ shape: [5] })).shape, [null, 3])
assert.throws(() => new Maxout({ units: 0 }), ArgumentError)
assert.throws(() => Maxout.fromConfig({ units: 3, piece: 2 }), /did you mean pieces/)
console.log('Maxout, 5 to 3: output [null, 3]')

// One period and a half of a sine.
const x = tidy(() => expandDims(arange(-4.5, 4.5, 0.125), { axis: 1 }))
const y = sin(x)

const model = new Sequential([
  new Maxout({ units: 16, pieces: 3, inputShape: [1] }),
  new Dense({ units: 16 }),
  new SnakeActivation(),
  new Dense({ units: 1 }),
])
assert.deepEqual(model.outputShape, [null, 1])
model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: 'meanSquaredError' })
const { loss: first } = await model.evaluate(x, y, { verbose: 0 })
await model.fit(x, y, { epochs: 150, batchSize: 24, verbose: 0 })
const { loss: last } = await model.evaluate(x, y, { verbose: 0 })
console.log(`mean squared error: ${first!.toFixed(4)}, after training ${last!.toFixed(4)}`)
assert.ok(last! < 0.01 && last! < first! / 10, `the loss is ${last}`)
const alpha = model.weights.find(({ name }) => name === 'alpha')!.dataSync()
assert.ok(
  alpha.some((value) => Math.abs(value - 1) > 0.01),
  'the frequencies were not trained',
)

// Files name classes: what is not registered here is not made there.
const bytes = await saveModel(model)
await assert.rejects(loadModel(bytes, { optimizers: [Adam] }), SerializationError)

registerSerializable(Maxout, { package: 'examples' })
registerSerializable(SnakeActivation, { package: 'examples' })
const registered = await saveModel(model)
const copy = await loadModel(registered, { optimizers: [Adam] })
const [before, after] = [await model.predict(x), await copy.predict(x)]
assert.deepEqual(after.dataSync(), before.dataSync())
console.log(`${registered.length} bytes hold the model, which predicts the same bit for bit`)

await copy.fit(x, y, { epochs: 1, verbose: 0 })
assert.equal(copy.optimizer.iterations, model.optimizer.iterations + Math.ceil(x.shape[0]! / 32))
