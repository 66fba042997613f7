import {
  checkGradients,
  getBackend,
  type Json,
  memory,
  mul,
  random,
  type Shape,
  sum,
  type Tensor,
  tensor,
  tidy,
  zeros,
} from '@tapegrad/core'
import { input } from '../engine/input-layer.ts'
import type { AnyLayer, Layer } from '../engine/layer.ts'
import { getMask } from '../engine/masks.ts'
import { MeanSquaredError } from '../losses/index.ts'
import { Sequential } from '../models/sequential.ts'
import { builtInLayers } from '../saving/built-in-layers.ts'
import { loadModel } from '../saving/load-model.ts'
import { saveModel } from '../saving/save-model.ts'
import {
  type CustomObjects,
  deserializeObject,
  serializeObject,
  withCustomObjects,
  withLayerClasses,
} from '../saving/serializable.ts'
import { checkWeightGradients } from './check-weight-gradients.ts'
import { noteLayerTest } from './note-layer-test.ts'
import { PlainSGD } from './plain-sgd.ts'

/** What a layer must do, for {@link runLayerTest}. */
export interface LayerExpectations {
  /** The shape of the input, with a batch. */
  readonly inputShape: Shape
  readonly outputShape: Shape
  /** How many trainable and other weights it makes. Default: none. */
  readonly trainableWeights?: number
  readonly nonTrainableWeights?: number
  /** How many penalties it adds to the loss. Default: none. */
  readonly penalties?: number
  /** Whether a mask passes through, is made by the layer itself, ends where the layer uses it, or is dropped. */
  readonly mask: 'passes' | 'made' | 'used' | 'dropped'
  /** Where the input is made of whole numbers: they are below this. Default: fractions. */
  readonly indices?: number
  /** Classes that the config names and that are neither built in nor registered. */
  readonly customObjects?: CustomObjects
}

type Make = () => Layer

/**
 * Checks what every layer must do: its config goes to JSON and back; symbolic and real calls agree on the shape; it
 * has the weights and penalties it should; it computes in the dtype it is told; masks go where they should; a model
 * of it trains, and its gradients are right; it is the same bit for bit after saving and loading; and nothing is left
 * behind.
 *
 * Runs on the current backend, which must have float64.
 *
 * @param make Makes the layer, always the same.
 * @throws Error that says what is wrong.
 * @example
 * ```ts
 * await runLayerTest(() => new Dense({ units: 4 }), {
 *   inputShape: [2, 3],
 *   outputShape: [2, 4],
 *   trainableWeights: 2,
 *   mask: 'passes',
 * })
 * ```
 */
export async function runLayerTest(make: Make, expected: LayerExpectations): Promise<void> {
  const before = memory()
  const x = sampleInput(expected, 'float32')
  checkConfig(make, expected)
  checkShapes(make, expected)
  checkCall(make, x, expected)
  checkMask(make, x, expected)
  await checkTraining(make, x, expected)
  await checkFloat64(make, expected)
  await checkSaving(make, x, expected)
  x.dispose()
  const after = memory()
  expectEqual('tensors left behind', after.tensors - before.tensors, 0)
  expectEqual('bytes left behind', after.bytes - before.bytes, 0)
  using tested = make()
  noteLayerTest(tested, expected)
}

/** Indices, or positive numbers, away from the kinks of most functions. */
function sampleInput(
  { inputShape: shape, indices }: LayerExpectations,
  dtype: 'float32' | 'float64',
): Tensor {
  if (indices !== undefined) {
    return random.randint(shape, { max: indices, generator: new random.Generator(17) })
  }
  return random.uniform(shape, { min: 0.1, max: 1, dtype, generator: new random.Generator(17) })
}

function read(json: string, customObjects: CustomObjects = {}): AnyLayer {
  return withCustomObjects(customObjects, () =>
    withLayerClasses(builtInLayers, () =>
      deserializeObject('layer', JSON.parse(json) as Json, builtInLayers),
    ),
  )
}

function checkConfig(make: Make, { customObjects }: LayerExpectations): void {
  using layer = make()
  const json = JSON.stringify(serializeObject('keras.layers', layer))
  using copy = read(json, customObjects)
  expectEqual('the class after a JSON round trip', copy.constructor === layer.constructor, true)
  expectEqual('the config after it', JSON.stringify(serializeObject('keras.layers', copy)), json)
}

function checkShapes(make: Make, { inputShape, outputShape, ...expected }: LayerExpectations): void {
  using layer = make()
  expectEqual('whether it is built at first', layer.built, false)
  const output = layer.apply(input({ shape: inputShape.slice(1) }))
  expectEqual('whether it is built after a symbolic call', layer.built, true)
  expectEqual('the symbolic output shape', output.shape, [null, ...outputShape.slice(1)])
  expectEqual('computeOutputShape of a known batch', layer.computeOutputShape(inputShape), outputShape)
  expectEqual('trainable weights', layer.trainableWeights.length, expected.trainableWeights ?? 0)
  expectEqual('other weights', layer.nonTrainableWeights.length, expected.nonTrainableWeights ?? 0)
  const size = layer.weights.reduce((count, weight) => count + weight.size, 0)
  expectEqual('countParams', layer.countParams(), size)
  layer.trainable = false
  expectEqual('trainable weights when frozen', layer.trainableWeights.length, 0)
}

function checkCall(make: Make, x: Tensor, { outputShape, penalties = 0 }: LayerExpectations): void {
  using layer = make()
  layer.build([null, ...x.shape.slice(1)])
  const before = memory().tensors
  for (const training of [false, true]) {
    const left = tidy(() => {
      const y = layer.apply(x, { training })
      expectEqual(`the output shape with training ${training}`, y.shape, outputShape)
      expectEqual('penalties', layer.losses.length, penalties)
      return memory().tensors
    })
    expectEqual('whether a call makes something', left > before, true)
    expectEqual('tensors left by a call', memory().tensors, before)
  }
  const gone = zeros(x.shape)
  gone.dispose()
  expectEqual(
    'whether a disposed input is refused',
    throws(() => layer.apply(gone)),
    true,
  )
  expectEqual('tensors left by a call that failed', memory().tensors, before)
}

function checkMask(make: Make, x: Tensor, { mask }: LayerExpectations): void {
  const shape = x.shape.slice(0, x.rank > 2 ? 2 : 1)
  tidy(() => {
    using layer = make()
    const size = shape.reduce((product, side) => product * side, 1)
    const given = tensor(
      Array.from({ length: size }, (_, i) => i % 2 === 0),
      { shape },
    )
    const warn = console.warn
    let warnings = 0
    // A lost mask is announced, which is what is checked.
    console.warn = () => void warnings++
    try {
      const out = getMask(layer.apply(x, { mask: mask === 'made' ? null : given }))
      expectEqual('whether the output has a mask', out !== null, mask === 'passes' || mask === 'made')
      expectEqual('warnings of a lost mask', warnings, mask === 'dropped' ? 1 : 0)
      if (mask === 'passes') expectEqual('the mask', out!.arraySync(), given.arraySync())
      if (mask !== 'made') expectEqual('a mask where none came', getMask(layer.apply(x)), null)
    } finally {
      console.warn = warn
    }
  })
}

async function checkTraining(make: Make, x: Tensor, { outputShape }: LayerExpectations): Promise<void> {
  const model = new Sequential([make()])
  model.compile({ optimizer: new PlainSGD(), loss: new MeanSquaredError() })
  using y = zeros(outputShape)
  const { history } = await model.fit(x, y, { epochs: 2, batchSize: outputShape[0]!, verbose: 0 })
  expectEqual('the losses of training', history.loss.every(Number.isFinite), true)
  if (model.trainableWeights.length > 0)
    expectEqual('whether training lowers the loss', history.loss[1]! < history.loss[0]!, true)
  model.dispose()
}

/** In float64 the layer computes in it, and its gradients are those of finite differences. */
async function checkFloat64(make: Make, expected: LayerExpectations): Promise<void> {
  const { outputShape, customObjects } = expected
  using layer = inFloat64(make, customObjects)
  using x = sampleInput(expected, 'float64')
  using y = layer.apply(x)
  expectEqual('the output', `${y.dtype}${y.shape}`, `float64${outputShape}`)
  // Outside of a scope the mask is a tensor of the caller's as well.
  getMask(y)?.dispose()
  for (const weight of layer.weights) expectEqual(`the dtype of ${weight.name}`, weight.dtype, 'float64')
  if (expected.indices === undefined)
    await checkGradients((x) => layer.apply(x!) as Tensor, [x], { order: 2 })
  const weights = layer.trainableVariables
  if (weights.length > 0) await checkWeightGradients(() => tidy(() => weigh(layer.apply(x))), weights)
}

function inFloat64(make: Make, customObjects: CustomObjects | undefined): Layer {
  using layer = make()
  const { config, ...description } = serializeObject('keras.layers', layer)
  // The layers inside, too.
  const json = JSON.stringify(
    { ...description, config: { ...config, dtype: null } },
    (key, value: unknown) => (key === 'dtype' ? 'float64' : value),
  )
  return read(json, customObjects) as AnyLayer & Layer
}

function weigh(y: Tensor): Tensor {
  const generator = new random.Generator(29)
  return sum(mul(y, random.uniform(y.shape, { min: -1, dtype: 'float64', generator })))
}

async function checkSaving(make: Make, x: Tensor, { customObjects = {} }: LayerExpectations): Promise<void> {
  const model = new Sequential([make()])
  const first = await model.predict(x)
  const copy = await loadModel(await saveModel(model), { customObjects })
  const second = await copy.predict(x)
  const [a, b] = [await first.data(), await second.data()]
  expectEqual(
    'whether outputs are the same bit for bit after loading',
    a.length === b.length && a.every((value, i) => Object.is(value, b[i])),
    true,
  )
  expectEqual('the config after loading', JSON.stringify(copy.getConfig()), JSON.stringify(model.getConfig()))
  for (const each of [first, second, model, copy]) each.dispose()
}

function throws(f: () => unknown): boolean {
  try {
    f()
    return false
  } catch {
    return true
  }
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual === expected || JSON.stringify(actual) === JSON.stringify(expected)) return
  throw new Error(
    `${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)} (backend ${getBackend().name})`,
  )
}
