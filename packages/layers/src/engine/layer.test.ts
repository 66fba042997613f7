import {
  ArgumentError,
  add,
  memory,
  mul,
  ones,
  ShapeError,
  setBackend,
  type Tensor,
  tensor,
  tidy,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { Dense, Reshape } from '../layers/index.ts'
import { Sequential } from '../models/sequential.ts'
import { Affine, Apply, ConstantStart } from '../testing/test-layers.ts'
import { Layer } from './layer.ts'
import { setMask } from './masks.ts'
import { resetNames } from './naming.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

const double = (x: Tensor): Tensor => mul(x, 2)

describe('building', () => {
  test('weights are made on the first call, for the size of its input', () => {
    const layer = new Affine({ units: 2 })
    expect(layer.built).toBe(false)
    expect(layer.apply(tensor([[1, 2, 3]])).arraySync()).toEqual([[3, 3]])
    expect(layer.built).toBe(true)
    expect(layer.weights.map(({ name, shape }) => [name, shape])).toEqual([
      ['kernel', [3, 2]],
      ['bias', [2]],
    ])
    expect(layer.countParams()).toBe(8)
  })

  test('building twice makes the weights once', () => {
    const layer = new Affine({ units: 2 })
    layer.build([null, 3])
    layer.build([null, 3])
    layer.apply(ones([1, 3]))
    expect(layer.weights).toHaveLength(2)
  })

  test('weights outlive the scope in which they were made', () => {
    const layer = new Affine({ units: 1 })
    tidy(() => layer.apply(ones([1, 2])).dispose())
    expect(layer.kernel.disposed).toBe(false)
    layer.dispose()
    expect(layer.kernel.disposed).toBe(true)
  })

  test('a build that fails leaves nothing behind', () => {
    class Failing extends Affine {
      override build(inputShape: readonly (number | null)[]): void {
        super.build(inputShape)
        throw new ArgumentError('no luck')
      }
    }
    const before = memory().tensors
    const layer = new Failing({ units: 1 })
    expect(() => layer.build([null, 2])).toThrow(ArgumentError)
    expect(layer.weights).toHaveLength(0)
    expect(memory().tensors).toBe(before)
  })

  test('a weight without a name is called by its position', () => {
    const layer = new Affine({ units: 1 })
    const names = [{ shape: [1] }, { name: 'b', shape: [1] }, { shape: [1] }].map(
      (options) => layer.addWeight(options).name,
    )
    expect(names).toEqual(['weight_0', 'b', 'weight_2'])
  })

  test('a weight needs a shape, and no empty name', () => {
    const layer = new Affine({ units: 1 })
    expect(() => layer.addWeight({ name: '', shape: [1] })).toThrow(/no name/)
    expect(() => layer.addWeight({ name: 'w', shape: 3 as never })).toThrow(ShapeError)
    expect(() => layer.addWeight({ name: 'w', shape: [-1] })).toThrow(ShapeError)
    expect(() => layer.addWeight({ name: 'w', shape: [1], init: 'ones' } as never)).toThrow(/unknown option/)
    expect(layer.weights).toEqual([])
  })

  test('countParams before building says what to do', () => {
    expect(() => new Affine({ units: 1 }).countParams()).toThrow(/not built yet/)
  })
})

describe('errors', () => {
  test('a class without call', () => {
    const Forgetful = class Forgetful extends (Layer as unknown as new () => Affine) {}
    expect(() => new Forgetful().apply(ones([1]))).toThrow(/Forgetful\.apply: the class does not say/)
  })

  test('an unknown option names the known one that is closest', () => {
    const options: { units: number } = Object.assign({ units: 2 }, { unit: 3, nmae: 'x' })
    expect(() => new Affine(options)).toThrow(/unknown option "unit"[\s\S]*did you mean units\?/)
  })

  test.each([
    [{ units: 1, name: 'a/b' }],
    [{ units: 1, name: '' }],
    [{ units: 1, inputDim: 2, inputShape: [2] }],
  ])('bad options %j', (options) => {
    expect(() => new Affine(options)).toThrow(ArgumentError)
  })

  test.each([[[-1]], [[1.5]], [['3' as unknown as number]]])('inputShape %j', (inputShape) => {
    expect(() => new Affine({ units: 1, inputShape })).toThrow(ShapeError)
  })

  test('an input of another size is refused with the path of layers', () => {
    class Outer extends Layer {
      readonly inner = new Affine({ units: 1 })
      override call(x: Tensor): Tensor {
        return this.inner.apply(x)
      }
    }
    const outer = new Outer({ name: 'net' })
    outer.apply(ones([1, 3]))
    expect(() => outer.apply(ones([1, 4]))).toThrow(ShapeError)
    expect(() => outer.apply(ones([1, 4]))).toThrow(
      /float32\[1, 4\][\s\S]*3 along axis -1[\s\S]*Outer "net" > Affine "affine"/,
    )
    expect(() => outer.apply(ones([4]))).toThrow(/too few dimensions/)
  })

  test('something that is not a tensor is refused', () => {
    const layer = new Affine({ units: 1 })
    expect(() => layer.apply([[1, 2]] as unknown as Tensor)).toThrow(/not a tensor/)
    expect(() => layer.apply(ones([1, 2]), { trainig: true } as object)).toThrow(/did you mean training\?/)
    expect(() => layer.apply(ones([1, 2]), { training: 'yes' } as never)).toThrow(/training is not a boolean/)
    expect(() => layer.apply(ones([1, 2]), { mask: [true] } as never)).toThrow(ArgumentError)
    expect(() => setMask(ones([1, 2]), 3 as never)).toThrow(/mask is not a tensor/)
  })

  test.each([
    ['Dense', () => new Dense({ units: 1 })],
    ['Reshape', () => new Reshape({ targetShape: [1, 2] })],
    ['Sequential', () => new Sequential([new Dense({ units: 1, inputShape: [2] })])],
    ['a Sequential that is not built', () => new Sequential([new Dense({ units: 1 })])],
  ])('%s takes no lists', (_, make) => {
    const layer: Layer = make()
    expect(() => layer.apply([ones([1, 2])] as never)).toThrow(ArgumentError)
    expect(() => layer.apply([ones([1, 2])] as never)).toThrow(/one tensor[\s\S]*float32\[1, 2\]/)
    expect(() => layer.apply([ones([1, 2]), ones([1, 2])] as never)).toThrow(/one tensor/)
    expect(() => layer.apply([] as never)).toThrow(/not a tensor/)
  })
})

describe('training', () => {
  test('is what apply says, else what the enclosing layer was told, else false', () => {
    const inner = new Apply(double)
    class Outer extends Layer {
      readonly inner = inner
      override call(x: Tensor): Tensor {
        return add(this.inner.apply(x), this.inner.apply(x, { training: false }))
      }
    }
    const outer = new Outer()
    outer.apply(ones([1]))
    outer.apply(ones([1]), { training: true })
    inner.apply(ones([1]))
    expect(inner.told).toEqual([false, false, true, false, false])
  })
})

describe('trainable', () => {
  test('reaches the layers inside, and weights made later', () => {
    class Outer extends Layer {
      readonly parts = [new Affine({ units: 2 }), new Affine({ units: 1 })]
      override call(x: Tensor): Tensor {
        return this.parts.reduce((y, part) => part.apply(y), x)
      }
    }
    const outer = new Outer()
    outer.parts[0]!.trainable = false
    outer.apply(ones([1, 2]))
    expect(outer.weights).toHaveLength(4)
    expect(outer.trainableWeights).toEqual(outer.parts[1]!.weights)
    outer.trainable = false
    expect(outer.trainableWeights).toHaveLength(0)
    expect(outer.nonTrainableWeights).toHaveLength(4)
    outer.trainable = true
    expect(outer.trainableVariables).toHaveLength(4)
  })
})

describe('getWeights and setWeights', () => {
  test('copy values, and refuse others', () => {
    const layer = new Affine({ units: 1 })
    layer.build([null, 2])
    const before = layer.getWeights()
    layer.setWeights([[[3], [4]], tensor([5])])
    expect(before[0]!.arraySync()).toEqual([[0.5], [0.5]])
    expect(layer.apply(ones([1, 2])).arraySync()).toEqual([[12]])
    expect(() => layer.setWeights([zeros([2, 1])])).toThrow(/2 values/)
    expect(() => layer.setWeights([zeros([1, 2]), zeros([1])])).toThrow(ShapeError)
    expect(layer.apply(ones([1, 2])).arraySync()).toEqual([[12]])
  })
})

describe('memory', () => {
  test('only the output is left of an apply', () => {
    const layer = new Affine({ units: 3 })
    const x = ones([2, 2])
    layer.apply(x).dispose()
    const before = memory().tensors
    const y = layer.apply(x)
    expect(memory().tensors).toBe(before + 1)
    y.dispose()
  })

  test('an output that is the input gets a handle of its own', () => {
    const x = ones([2])
    const y = new Apply((same) => same).apply(x)
    y.dispose()
    expect(x.disposed).toBe(false)
    const affine = new Affine({ units: 1 })
    affine.build([null, 1])
    new Apply(() => affine.kernel).apply(x).dispose()
    expect(affine.kernel.disposed).toBe(false)
  })
})

describe('dtype', () => {
  test('floats are cast to what the layer computes in, integers are not', () => {
    const seen: string[] = []
    const layer = new Apply(
      (x) => {
        seen.push(x.dtype)
        return double(x)
      },
      { dtype: 'float64' },
    )
    expect(layer.apply(ones([1])).dtype).toBe('float64')
    layer.apply(ones([1], { dtype: 'int32' }))
    expect(seen).toEqual(['float64', 'int32'])
    expect(new Affine({ units: 1, dtype: 'float64' }).apply(ones([1, 1])).dtype).toBe('float64')
  })
})

describe('names and configs', () => {
  test('names count by class', () => {
    expect([new Affine({ units: 1 }).name, new Affine({ units: 1 }).name, new Apply(double).name]).toEqual([
      'affine',
      'affine_1',
      'apply',
    ])
  })

  test('the config is what Keras writes', () => {
    expect(new Affine({ units: 2, name: 'a' }).getConfig()).toEqual({
      name: 'a',
      trainable: true,
      dtype: {
        module: 'keras',
        class_name: 'DTypePolicy',
        config: { name: 'float32' },
        registered_name: null,
      },
      units: 2,
    })
    const start = new ConstantStart(1)
    expect(start.getConfig()).toEqual({ value: 1 })
  })

  test('a config is read with its entries checked', () => {
    const layer = Affine.fromConfig({ name: 'b', units: 3, trainable: false, dtype: 'float64' })
    expect([layer.name, layer.units, layer.trainable, layer.dtype]).toEqual(['b', 3, false, 'float64'])
    expect(() => Affine.fromConfig({ units: 3, unit: 3 })).toThrow(
      /unknown entry "unit"[\s\S]*did you mean units/,
    )
    expect(() => Affine.fromConfig({ units: 'three' })).toThrow(/wrong kind/)
    expect(() => Affine.fromConfig({})).toThrow(/lacks an entry/)
    expect(() => Affine.fromConfig({ units: 1, dtype: 'float16' })).toThrow(/dtype/)
  })
})
test('initial values come from the initializer', () => {
  const layer = new Affine({ units: 1, start: new ConstantStart(3) })
  layer.build([null, 1])
  expect(layer.kernel.arraySync()).toEqual([[3]])
})
