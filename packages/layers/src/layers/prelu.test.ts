import {
  ArgumentError,
  type Config,
  neg,
  ShapeError,
  setBackend,
  type Tensor,
  tensor,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { type CallOptions, Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { Constant, RandomUniform } from '../initializers/index.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { noteLayerTest } from '../testing/note-layer-test.ts'
import { type LayerExpectations, runLayerTest } from '../testing/run-layer-test.ts'
import { PReLU, type PReLUOptions } from './prelu.ts'

setBackend(referenceBackend())

test.each<PReLUOptions>([
  { alphaInitializer: new RandomUniform({ seed: 1 }) },
  { sharedAxes: [1], alphaInitializer: new RandomUniform({ seed: 1 }), alphaRegularizer: 'l2' },
])('with %j does what every layer must do', async (options) => {
  const expected: LayerExpectations = {
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    trainableWeights: 1,
    penalties: options.alphaRegularizer === undefined ? 0 : 1,
    mask: 'passes',
    customObjects: { OfNegative },
  }
  await runLayerTest(() => new OfNegative({ inner: new PReLU(options) }), expected)
  noteLayerTest(new PReLU(options), expected)
})

/** The layer of −x: only numbers below 0 use its weights. */
class OfNegative extends Layer {
  static override readonly className: string = 'OfNegative'
  override supportsMasking = true
  readonly inner: PReLU

  constructor({ inner, ...options }: LayerOptions & { readonly inner: PReLU }) {
    super(options)
    this.inner = inner
  }

  static fromConfig(config: Config): OfNegative {
    const read = new ConfigReader('OfNegative', config)
    const options = readLayerOptions(read)
    const inner = PReLU.fromConfig({ ...(read.json('inner') as Config), dtype: options.dtype! })
    read.done()
    return new OfNegative({ ...options, inner })
  }

  override build(inputShape: SymbolicShape): void {
    this.inner.build(inputShape)
  }

  override call(x: Tensor, { mask }: CallOptions): Tensor {
    return this.inner.apply(neg(x), { mask })
  }

  // The layer inside gives the output its mask.
  override computeMask(): null {
    return null
  }

  override getConfig(): Config {
    return { ...super.getConfig(), inner: this.inner.getConfig() }
  }
}

test('values', () => {
  const layer = new PReLU({ alphaInitializer: new Constant({ value: 0.5 }) })
  expect(layer.alpha).toBeNull()
  expect(layer.apply(tensor([[-4, 0, 3]])).arraySync()).toEqual([[-2, 0, 3]])
  layer.setWeights([tensor([1, 2, 3])])
  expect(layer.apply(tensor([[-1, -1, -1]])).arraySync()).toEqual([[-1, -2, -3]])
})

test('along shared axes there is one slope', () => {
  const layer = new PReLU({ sharedAxes: [1, 2] })
  layer.apply(zeros([1, 2, 3, 4]))
  expect(layer.alpha?.shape).toEqual([1, 1, 4])
  expect(layer.apply(zeros([1, 5, 6, 4])).shape).toEqual([1, 5, 6, 4])
  const one = new PReLU({ sharedAxes: 1 })
  expect(one.apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
  expect(one.alpha?.shape).toEqual([1, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(PReLU, (options: PReLUOptions) => new PReLU(options))
})

describe('errors', () => {
  test.each([
    [{ sharedAxes: [0] }, /sharedAxes is not made of axes[\s\S]*sharedAxes: \[0\]/],
    [{ sharedAxes: 1.5 }, /sharedAxes: 1\.5/],
    [{ alphaInitializer: 'nothing' }, /unknown initializer/],
    [{ alpha: 1 } as PReLUOptions, /unknown option "alpha"/],
  ])('in the options %j', (options, message) => {
    expect(() => new PReLU(options)).toThrow(ArgumentError)
    expect(() => new PReLU(options)).toThrow(message)
  })

  test('an input that alpha cannot be made for, or that it does not fit', () => {
    expect(() => new PReLU().apply(input({ shape: [null, 2] }))).toThrow(ShapeError)
    expect(() => new PReLU({ sharedAxes: 2 }).apply(zeros([1, 2]))).toThrow(/shape of alpha cannot be told/)
    const layer = new PReLU()
    layer.apply(zeros([1, 2]))
    expect(() => layer.apply(zeros([1, 1]))).toThrow(/another size along axis 1/)
  })
})
