import {
  ArgumentError,
  add,
  DisposedError,
  memory,
  mul,
  ones,
  ShapeError,
  setBackend,
  sum,
  type Tensor,
  tensor,
  tidy,
  valueAndGrad,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Affine, Apply, ConstantStart, SquarePenalty } from '../testing/test-layers.ts'
import { input } from './input-layer.ts'
import { Layer } from './layer.ts'
import { getMask, setMask } from './masks.ts'
import { resetNames } from './naming.ts'
import type { SymbolicTensor } from './symbolic-tensor.ts'

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

  test('countParams before building says what to do', () => {
    expect(() => new Affine({ units: 1 }).countParams()).toThrow(/not built yet/)
  })
})

describe('errors', () => {
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

describe('penalties', () => {
  const layer = (activityReduction: 'batchMean' | 'sum'): Affine =>
    new Affine({
      units: 1,
      penalty: new SquarePenalty(0.1),
      activityRegularizer: new SquarePenalty(0.5),
      activityReduction,
    })

  test('outputs come first, divided by the batch or not, then weights', () => {
    const x = tensor([
      [1, 1],
      [2, 2],
    ])
    for (const [reduction, expected] of [
      ['batchMean', 1.25],
      ['sum', 2.5],
    ] as const) {
      const affine = layer(reduction)
      affine.apply(x)
      const values = affine.losses.map((term) => term.dataSync()[0]!)
      expect(values[0]).toBeCloseTo(expected, 6)
      expect(values[1]).toBeCloseTo(0.05, 6)
    }
  })

  test('are part of a gradient', () => {
    const affine = layer('sum')
    affine.build([null, 1])
    // 0.5 (w x)² + 0.1 w² at w = 0.5, x = 2: derivative w x² + 0.2 w.
    const { grads } = valueAndGrad(() => {
      affine.apply(tensor([[2]]))
      return affine.losses.reduce((a, b) => add(a, b))
    })(affine.kernel)
    expect(grads.dataSync()[0]).toBeCloseTo(2.1, 6)
  })

  test('weights that are frozen have none', () => {
    const affine = layer('sum')
    affine.trainable = false
    tidy(() => {
      affine.apply(ones([1, 1]))
      expect(affine.losses).toHaveLength(1)
    })
  })

  test('of outputs live as long as their scope, and go with the next apply', () => {
    const affine = layer('sum')
    tidy(() => affine.apply(ones([1, 1])))
    expect(() => affine.losses).toThrow(DisposedError)
    affine.apply(ones([1, 1]))
    affine.apply(ones([1, 1]))
    expect(affine.losses).toHaveLength(2)
  })

  test('added in call count for the outermost apply', () => {
    class Noisy extends Layer {
      override call(x: Tensor): Tensor {
        this.addLoss(sum(x))
        this.addLoss(7)
        return mul(x, 1)
      }
    }
    class Outer extends Layer {
      readonly noisy = new Noisy()
      override call(x: Tensor): Tensor {
        return this.noisy.apply(this.noisy.apply(x))
      }
    }
    const outer = new Outer()
    outer.apply(ones([3]))
    expect(outer.losses.map((term) => term.dataSync()[0])).toEqual([3, 7, 3, 7])
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

describe('masks', () => {
  const mask = tensor([true, false])
  const masked = (): Tensor => {
    const x = ones([2, 1])
    setMask(x, mask)
    return x
  }

  test('pass through layers that support them', () => {
    const layer = new Affine({ units: 1 })
    expect(getMask(layer.apply(masked()))?.arraySync()).toEqual([true, false])
    expect(getMask(layer.apply(masked(), { mask: null }))).toBeNull()
    expect(getMask(layer.apply(ones([2, 1]), { mask })) === null).toBe(false)
  })

  test('reach call, and end at layers that do not support them with one warning', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const seen: boolean[] = []
    const layer = new Apply((x, options) => {
      seen.push(options.mask !== null)
      return double(x)
    })
    expect(getMask(layer.apply(masked()))).toBeNull()
    layer.apply(masked())
    layer.apply(ones([2, 1]))
    expect(seen).toEqual([true, true, false])
    expect(warn).toHaveBeenCalledTimes(1)
    warn.mockRestore()
  })

  test('are an error where losing them is forbidden', () => {
    const layer = new Apply(double, { onLostMask: 'throw' })
    expect(() => layer.apply(masked())).toThrow(/cannot hand it on/)
    expect(layer.apply(masked(), { mask: null }).shape).toEqual([2, 1])
  })

  test('of another shape are refused', () => {
    expect(() => setMask(ones([3, 1]), mask)).toThrow(ShapeError)
    expect(() => new Affine({ units: 1 }).apply(ones([3, 1]), { mask })).toThrow(ShapeError)
  })

  test('that were disposed before their tensor are an error', () => {
    const x = ones([2, 1])
    tidy(() => setMask(x, tensor([true, true])))
    expect(() => new Affine({ units: 1 }).apply(x)).toThrow(DisposedError)
  })

  test('survive the cast to the layer’s dtype', () => {
    const layer = new Affine({ units: 1, dtype: 'float64' })
    expect(getMask(layer.apply(masked()))).not.toBeNull()
  })
})

describe('symbolic apply', () => {
  test('builds, and records how the tensor came about', () => {
    const x = input({ shape: [3], name: 'x' })
    const layer = new Affine({ units: 2 })
    const y = layer.apply(x)
    expect(x.shape).toEqual([null, 3])
    expect(y.shape).toEqual([null, 2])
    expect(layer.built).toBe(true)
    expect(y.call).toMatchObject({ layer, inputs: [x], takesList: false, training: undefined, outputs: [y] })
    expect(x.call?.inputs).toEqual([])
  })

  test('finds the shape of layers that do not compute it', () => {
    const flat = new Apply((x) => sum(x, { axis: -1 }))
    expect(flat.apply(input({ shape: [null, 4] })).shape).toEqual([null, null])
    expect(flat.apply(input({ batchShape: [5, 2] })).shape).toEqual([5])
  })

  test('takes lists', () => {
    class Total extends Layer<readonly Tensor[], readonly Tensor[]> {
      override call(inputs: readonly Tensor[]): readonly Tensor[] {
        const total = inputs.reduce((a, b) => add(a, b))
        return [total, mul(total, 2)]
      }
    }
    const layer = new Total()
    expect(layer.apply([ones([2]), ones([2])]).map((y) => y.arraySync())).toEqual([
      [2, 2],
      [4, 4],
    ])
    const outputs: readonly SymbolicTensor[] = layer.apply([input({ shape: [2] }), input({ shape: [2] })])
    expect(outputs.map(({ shape, outputIndex }) => [shape, outputIndex])).toEqual([
      [[null, 2], 0],
      [[null, 2], 1],
    ])
  })

  test('takes no names from layers', () => {
    new Affine({ units: 1 }).apply(input({ shape: [3] }))
    expect(new Affine({ units: 1 }).name).toBe('affine_1')
  })

  test('of layers of several inputs finds the shapes on zeros without masks', () => {
    const masks: unknown[] = []
    class Both extends Layer<readonly Tensor[]> {
      override call(inputs: readonly Tensor[], options: { mask: unknown }): Tensor {
        masks.push(options.mask)
        return add(inputs[0]!, inputs[1]!)
      }
    }
    expect(new Both().apply([input({ shape: [2] }), input({ shape: [2] })]).shape).toEqual([null, 2])
    expect(masks[0]).toEqual([null, null])
  })

  test('checks what layers require', () => {
    const layer = new Affine({ units: 2 })
    layer.build([null, 3])
    expect(() => layer.apply(input({ shape: [4] }))).toThrow(ShapeError)
    expect(() => input({})).toThrow(ArgumentError)
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
