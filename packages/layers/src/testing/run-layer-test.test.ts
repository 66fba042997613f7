import {
  add,
  type Config,
  cast,
  customGradient,
  keep,
  mul,
  ones,
  random,
  setBackend,
  sum,
  type Tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { afterEach, expect, test } from 'vitest'
import { type CallOptions, Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import type { SerializableClass } from '../saving/serializable.ts'
import { type LayerExpectations, runLayerTest } from './run-layer-test.ts'

setBackend(referenceBackend())

const kept: Tensor[] = []
afterEach(() => {
  for (const each of kept.splice(0)) each.dispose()
})

/** A layer that is right: one weight, by which the input is multiplied, and an option. */
class Scale extends Layer {
  static override readonly className: string = 'Scale'
  override supportsMasking = true
  readonly offset: number

  constructor({ offset = 1, ...options }: LayerOptions & { readonly offset?: number } = {}) {
    super(options)
    this.offset = offset
  }

  // The faulty sub-classes below make their own objects.
  static fromConfig(config: Config): Scale {
    const read = new ConfigReader('Scale', config)
    const options = { ...readLayerOptions(read), offset: read.number('offset', 1) }
    read.done()
    return new this(options)
  }

  override build(inputShape: SymbolicShape): void {
    this.addWeight({ name: 'factor', shape: [inputShape.at(-1)!] })
  }

  override call(x: Tensor, _options: CallOptions): Tensor {
    return add(mul(x, this.weights[0]!), this.offset)
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    return { ...super.getConfig(), offset: this.offset }
  }
}

const expected: LayerExpectations = {
  inputShape: [2, 3],
  outputShape: [2, 3],
  trainableWeights: 1,
  mask: 'passes',
}

function check(layerClass: typeof Scale, expectations: LayerExpectations = expected): Promise<void> {
  const customObjects = { [layerClass.className]: layerClass as SerializableClass }
  return runLayerTest(() => new layerClass({ offset: 2 }), { ...expectations, customObjects })
}

test('passes a layer that is right', async () => {
  await check(Scale)
})

test.each<[string, Partial<LayerExpectations>, RegExp]>([
  ['shape', { outputShape: [2, 4] }, /symbolic output shape/],
  ['number of weights', { trainableWeights: 2 }, /trainable weights: 1, expected 2/],
  ['number of other weights', { nonTrainableWeights: 1 }, /other weights: 0, expected 1/],
  ['number of penalties', { penalties: 1 }, /penalties: 0, expected 1/],
  ['fate of masks', { mask: 'dropped' }, /whether the output has a mask: true, expected false/],
])('sees another %s than expected', async (_, difference, message) => {
  await expect(check(Scale, { ...expected, ...difference })).rejects.toThrow(message)
})

class LosesOption extends Scale {
  static override readonly className: string = 'LosesOption'
  override getConfig(): Config {
    const { offset: _, ...config } = super.getConfig()
    return config
  }
}

class ForgetsOption extends Scale {
  static override readonly className: string = 'ForgetsOption'
  static override fromConfig(): Scale {
    return new ForgetsOption({ offset: 7 })
  }
}

class WrongShape extends Scale {
  static override readonly className: string = 'WrongShape'
  override computeOutputShape([batch, ...others]: SymbolicShape): SymbolicShape {
    return [batch!, ...others.map((side) => side! + 1)]
  }
}

class FixedBatch extends Scale {
  static override readonly className: string = 'FixedBatch'
  override computeOutputShape([, ...others]: SymbolicShape): SymbolicShape {
    return [null, ...others]
  }
}

class LosesMask extends Scale {
  static override readonly className: string = 'LosesMask'
  override supportsMasking = false
}

class EmptiesMask extends Scale {
  static override readonly className: string = 'EmptiesMask'
  override computeMask(_x: Tensor, mask: Tensor | null): Tensor | null {
    return mask && ones(mask.shape, { dtype: 'bool' })
  }
}

class Leaks extends Scale {
  static override readonly className: string = 'Leaks'
  override call(x: Tensor, options: CallOptions): Tensor {
    kept.push(keep(ones([1])))
    return super.call(x, options)
  }
}

class LeaksWeights extends Scale {
  static override readonly className: string = 'LeaksWeights'
  override dispose(): void {}
}

class AnotherShapeInTraining extends Scale {
  static override readonly className: string = 'AnotherShapeInTraining'
  override call(x: Tensor, options: CallOptions): Tensor {
    const y = super.call(x, options)
    return options.training ? sum(y, { axis: 0, keepDims: true }) : y
  }
}

class SinglePrecision extends Scale {
  static override readonly className: string = 'SinglePrecision'
  override call(x: Tensor, options: CallOptions): Tensor {
    return cast(super.call(x, options), 'float32')
  }
}

class WrongGradient extends Scale {
  static override readonly className: string = 'WrongGradient'
  override call(x: Tensor, options: CallOptions): Tensor {
    const y = super.call(x, options)
    return customGradient((input: Tensor) => ({
      value: mul(input, 1),
      gradient: (g: Tensor) => [mul(g, 1.01)],
    }))(y)
  }
}

class StateOutsideOfWeights extends Scale {
  static override readonly className: string = 'StateOutsideOfWeights'
  readonly secret = random.uniform([]).dataSync()[0]!
  override call(x: Tensor, options: CallOptions): Tensor {
    return add(super.call(x, options), this.secret)
  }
}

class Untrainable extends Scale {
  static override readonly className: string = 'Untrainable'
  override call(x: Tensor, options: CallOptions): Tensor {
    return options.training ? add(x, 1) : super.call(x, options)
  }
}

test.each([
  { layerClass: LosesOption, message: /the config after loading|same bit for bit/ },
  { layerClass: ForgetsOption, message: /the config after it/ },
  { layerClass: WrongShape, message: /symbolic output shape/ },
  { layerClass: FixedBatch, message: /computeOutputShape of a known batch/ },
  { layerClass: LosesMask, message: /whether the output has a mask/ },
  { layerClass: EmptiesMask, message: /the mask/ },
  { layerClass: Leaks, message: /tensors left by a call/ },
  { layerClass: LeaksWeights, message: /left behind/ },
  { layerClass: AnotherShapeInTraining, message: /the output shape with training true/ },
  { layerClass: SinglePrecision, message: /the output: "float32/ },
  { layerClass: WrongGradient, message: /gradient/ },
  { layerClass: StateOutsideOfWeights, message: /same bit for bit/ },
  { layerClass: Untrainable, message: /lowers the loss/ },
])('sees the fault of $layerClass.className', async ({ layerClass, message }) => {
  await expect(check(layerClass)).rejects.toThrow(message)
})
