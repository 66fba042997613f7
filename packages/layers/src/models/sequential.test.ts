import { ArgumentError, memory, mul, ones, ShapeError, setBackend, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { InputLayer, input } from '../engine/input-layer.ts'
import type { Layer } from '../engine/layer.ts'
import { resetNames } from '../engine/naming.ts'
import { RepeatVector, Reshape } from '../layers/index.ts'
import { Affine, Apply } from '../testing/test-layers.ts'
import { Sequential } from './sequential.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

const stack = (): Sequential =>
  new Sequential([new Affine({ units: 3, inputShape: [2] }), new Affine({ units: 1 })])

describe('building', () => {
  test('at once where the shape is declared', () => {
    const model = stack()
    expect(model.built).toBe(true)
    expect(model.inputShape).toEqual([null, 2])
    expect(model.outputShape).toEqual([null, 1])
    expect(model.countParams()).toBe(13)
    expect(model.apply(ones([4, 2])).shape).toEqual([4, 1])
  })

  test('with the first data otherwise', () => {
    const model = new Sequential([new Affine({ units: 3 }), new Affine({ units: 1 })])
    expect(model.built).toBe(false)
    expect(() => model.outputShape).toThrow(/not built/)
    model.apply(ones([4, 5, 2]))
    expect(model.outputShape).toEqual([null, 5, 1])
  })

  test.each([
    ['InputLayer', () => new InputLayer({ shape: [2] })],
    ['input()', () => input({ shape: [2] })],
  ])('%s declares the shape', (_, first) => {
    const model = new Sequential([first(), new Affine({ units: 3 })])
    expect(model.outputShape).toEqual([null, 3])
    expect(model.layers).toHaveLength(1)
    expect(() => model.add(first())).toThrow(ArgumentError)
  })

  test('a declared shape is checked', () => {
    expect(() => stack().apply(ones([4, 3]))).toThrow(ShapeError)
  })

  test('layers added to a built model are built', () => {
    const model = stack()
    model.add(new Affine({ units: 5 }))
    expect(model.outputShape).toEqual([null, 5])
    expect(model.weights).toHaveLength(6)
    expect(model.pop().name).toBe('affine_2')
    expect(model.outputShape).toEqual([null, 1])
    expect(model.apply(ones([1, 2])).shape).toEqual([1, 1])
  })

  test('models can be layers', () => {
    const model = new Sequential([stack(), new Affine({ units: 4 })])
    expect(model.outputShape).toEqual([null, 4])
    expect(model.trainableWeights).toHaveLength(6)
  })
})

describe('taking layers off and adding others', () => {
  test('begins anew with the shape of the model', () => {
    const model = stack()
    model.pop()
    model.pop()
    expect(() => model.outputShape).toThrow(/no layers/)
    model.add(new Affine({ units: 7 }))
    expect(model.outputShape).toEqual([null, 7])
    expect(model.countParams()).toBe(21)
    expect(() => model.add(new Reshape({ targetShape: [5] }))).toThrow(ShapeError)
    expect(model.layers).toHaveLength(1)
  })
})

describe('shapes of layers that do not follow each other', () => {
  test('are found when the model is put together', () => {
    expect(
      () => new Sequential([new Affine({ units: 3, inputShape: [4, 2] }), new RepeatVector({ n: 2 })]),
    ).toThrow(
      /float32\[null, 4, 3\][\s\S]*2 dimensions[\s\S]*in: Sequential "sequential" > RepeatVector "repeat_vector"$/m,
    )
  })

  test('leave the model unbuilt when they come with data', () => {
    const model = new Sequential([new Affine({ units: 3 }), new RepeatVector({ n: 2 })])
    expect(() => model.apply(ones([1, 4, 2]))).toThrow(ShapeError)
    expect(model.built).toBe(false)
    expect(model.apply(ones([1, 2])).shape).toEqual([1, 2, 3])
    expect(model.outputShape).toEqual([null, 2, 3])
  })

  test('a declared batch is the batch', () => {
    const model = new Sequential([new Affine({ units: 1, batchInputShape: [4, 2] })])
    expect(model.inputShape).toEqual([4, 2])
    expect(model.outputShape).toEqual([4, 1])
    expect(() => model.apply(ones([3, 2]))).toThrow(ShapeError)
  })
})

describe('dtypes', () => {
  test('a model hands its input on as it is: its layers cast', () => {
    const model = new Sequential([new Affine({ units: 1, dtype: 'float64', inputShape: [1] })])
    const third = model.apply(tensor([[1 / 3]], { dtype: 'float64' }))
    expect([third.dtype, third.arraySync()]).toEqual(['float64', [[1 / 6]]])
  })

  test('the input’s dtype is declared by input()', () => {
    const model = new Sequential([input({ shape: [2], dtype: 'int32' }), new Affine({ units: 1 })])
    expect(model.getConfig()['layers']).toMatchObject([{ config: { dtype: 'int32' } }, {}])
    expect(model.apply(tensor([[1, 2]], { dtype: 'int32' })).arraySync()).toEqual([[1.5]])
  })
})

describe('errors', () => {
  test('an empty model, a wrong layer, a name twice, an unknown option', () => {
    expect(() => new Sequential().apply(ones([1]))).toThrow(/no layers/)
    expect(() => new Sequential().pop()).toThrow(/no layers/)
    expect(() => new Sequential(['dense' as unknown as Layer])).toThrow(/not a layer/)
    expect(
      () => new Sequential([new Affine({ units: 1, name: 'a' }), new Affine({ units: 1, name: 'a' })]),
    ).toThrow(/same name/)
    expect(() => new Sequential([], { nam: 'x' } as object)).toThrow(/did you mean name\?/)
    expect(() => new Sequential([], { inputShape: [3] } as object)).toThrow(/unknown option "inputShape"/)
    expect(() => new Sequential('layers' as never)).toThrow(/not a list/)
    expect(() => new Sequential(new Affine({ units: 1 }) as never, new Affine({ units: 1 }))).toThrow(
      /not a list[\s\S]*hint: new Sequential\(\[layer, …\]\)/,
    )
    const symbolic = new Affine({ units: 1 }).apply(input({ shape: [3] }))
    expect(() => new Sequential([symbolic])).toThrow(/not a layer[\s\S]*float32\[null, 1\]/)
  })

  test('a layer that cannot follow is not added', () => {
    class Picky extends Affine {
      override build(): void {
        throw new ShapeError('not this shape')
      }
    }
    const model = stack()
    expect(() => model.add(new Picky({ units: 1, name: 'picky' }))).toThrow(ShapeError)
    expect(model.layers).toHaveLength(2)
    model.add(new Affine({ units: 1, name: 'picky' }))
    expect(model.outputShape).toEqual([null, 1])
  })

  test('an input that the first layer cannot take is not kept', () => {
    const model = new Sequential([input({ shape: [] })])
    expect(() => model.add(new RepeatVector({ n: 2 }))).toThrow(ShapeError)
    expect(model.layers).toHaveLength(0)
  })

  test('a thousand layers are put together in linear time', () => {
    const layers = Array.from({ length: 1000 }, () => new Apply((x) => x))
    const model = new Sequential([input({ shape: [1] }), ...layers])
    expect(model.outputShape).toEqual([null, 1])
  })

  test('getLayer', () => {
    const model = stack()
    expect(model.getLayer('affine_1')).toBe(model.layers[1])
    expect(model.getLayer(-1)).toBe(model.layers[1])
    expect(() => model.getLayer('afine')).toThrow(/did you mean affine\?/)
    expect(() => model.getLayer(2)).toThrow(ArgumentError)
  })
})

describe('apply', () => {
  test('hands on training and leaves only the output', () => {
    const told = new Apply((x: Tensor) => mul(x, 2))
    const model = new Sequential([told, new Apply((x: Tensor) => x)])
    const x = ones([2])
    model.apply(x).dispose()
    const before = memory().tensors
    const y = model.apply(x, { training: true })
    expect(y.arraySync()).toEqual([2, 2])
    expect(told.told).toEqual([false, true])
    expect(memory().tensors).toBe(before + 1)
  })

  test('symbolic', () => {
    const model = stack()
    const y = model.apply(input({ shape: [2] }))
    expect(y.shape).toEqual([null, 1])
    expect(y.call?.layer).toBe(model)
  })
})
