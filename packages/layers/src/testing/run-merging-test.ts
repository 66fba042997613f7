import {
  type Config,
  checkGradients,
  type Json,
  memory,
  mul,
  random,
  type Shape,
  type Tensor,
} from '@tapegrad/core'
import { input } from '../engine/input-layer.ts'
import { type AnyLayer, type ApplyOptions, type CallOptions, Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape, SymbolicTensor } from '../engine/symbolic-tensor.ts'
import { builtInLayers } from '../saving/built-in-layers.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { deserializeObject, type Serializable, serializeObject } from '../saving/serializable.ts'
import { noteLayerTest } from './note-layer-test.ts'
import { type LayerExpectations, runLayerTest } from './run-layer-test.ts'

/** What a layer of several inputs must do, for {@link runMergingTest}. */
export interface MergingExpectations {
  /** The shapes of its inputs, with the batch. */
  readonly inputShapes: readonly Shape[]
  readonly outputShape: Shape
  /** Whether the mask of two inputs that have the same passes through or ends. */
  readonly mask: LayerExpectations['mask']
  /** How many trainable weights it makes, and how many penalties it adds to the loss. Default: none. */
  readonly trainableWeights?: number
  readonly penalties?: number
}

/** What a layer of several inputs is used for here, whatever else its calls can be told. */
interface MergingLayer extends Serializable, Disposable {
  readonly className: string
  readonly built: boolean
  build(inputShape: readonly SymbolicShape[]): void
  apply(inputs: readonly Tensor[], options?: ApplyOptions<readonly Tensor[]>): Tensor
  apply(inputs: readonly SymbolicTensor[]): SymbolicTensor
  computeOutputShape(inputShape: readonly SymbolicShape[]): SymbolicShape
}

/**
 * Checks what every layer of several inputs must do: symbolic and real calls agree on the shape, the gradients of all
 * inputs are right, nothing is left behind; and, of two inputs that a layer around it makes of one, all that
 * {@link runLayerTest} checks.
 *
 * @param shape The shape of that one input: [batch, steps, features], which two of them go together in.
 * @throws Error that says what is wrong.
 */
export async function runMergingTest(
  make: () => MergingLayer,
  { inputShapes, outputShape, ...expected }: MergingExpectations,
): Promise<void> {
  const before = memory()
  checkShapes(make, inputShapes, outputShape)
  {
    using layer = read(serializeObject('keras.layers', make()), 'float64')
    const generator = new random.Generator(5)
    const inputs = inputShapes.map((shape) =>
      random.uniform(shape, { min: 0.1, max: 1, dtype: 'float64', generator }),
    )
    await checkGradients((...given) => layer.apply(given), inputs, { order: 2 })
    for (const each of inputs) each.dispose()
  }
  expectEqual('what is left behind', memory(), before)
  using probe = make()
  const [, ...sides] = probe.computeOutputShape([sample, sample])
  await runLayerTest(() => new WithSquare({ inner: make() }), {
    inputShape: sample,
    outputShape: [sample[0]!, ...(sides as number[])],
    ...expected,
    customObjects: { WithSquare },
  })
  noteLayerTest(probe, expected)
}

const sample: Shape = [2, 3, 3]

function checkShapes(make: () => MergingLayer, inputShapes: readonly Shape[], outputShape: Shape): void {
  using layer = make()
  const symbolic = layer.apply(inputShapes.map((shape) => input({ shape: shape.slice(1) })))
  expectEqual('the symbolic output shape', symbolic.shape, [null, ...outputShape.slice(1)])
  expectEqual('whether it is built', layer.built, true)
  expectEqual('computeOutputShape', layer.computeOutputShape(inputShapes), outputShape)
  const inputs = inputShapes.map((shape) => random.uniform(shape))
  const before = memory().tensors
  const fresh = make()
  const output = fresh.apply(inputs)
  expectEqual('the output shape', output.shape, outputShape)
  // Weights and penalties go with it.
  fresh[Symbol.dispose]()
  expectEqual('tensors that a call makes', memory().tensors - before, 1)
  for (const each of [output, ...inputs]) each.dispose()
}

/** A layer around one of two inputs, which it gives x and x². */
class WithSquare extends Layer {
  static override readonly className: string = 'WithSquare'
  override supportsMasking = true
  readonly inner: MergingLayer

  constructor({ inner, ...options }: LayerOptions & { readonly inner: MergingLayer }) {
    super(options)
    this.inner = inner
  }

  static fromConfig(config: Config): WithSquare {
    const reader = new ConfigReader('WithSquare', config)
    const options = readLayerOptions(reader)
    const inner = read(reader.json('inner'), options.dtype!)
    reader.done()
    return new WithSquare({ ...options, inner })
  }

  override build(inputShape: SymbolicShape): void {
    this.inner.build([inputShape, inputShape])
  }

  override call(x: Tensor, { mask }: CallOptions): Tensor {
    return this.inner.apply([x, mul(x, x)], { mask: [mask, mask] })
  }

  // The layer inside gives the output its mask.
  override computeMask(): null {
    return null
  }

  override getConfig(): Config {
    return { ...super.getConfig(), inner: serializeObject('keras.layers', this.inner) }
  }
}

/** The layer that a description is of, in another dtype. */
function read(json: Json, dtype: 'float32' | 'float64'): MergingLayer {
  const { config, ...description } = json as { readonly config: Config }
  const changed = { ...description, config: { ...config, dtype } }
  return deserializeObject('layer', changed, builtInLayers) as AnyLayer & MergingLayer
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) === JSON.stringify(expected)) return
  throw new Error(`${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`)
}
