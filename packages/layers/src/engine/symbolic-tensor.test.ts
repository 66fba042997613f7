import { ArgumentError, add, mul, ones, ShapeError, setBackend, sum, type Tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { Affine, Apply } from '../testing/test-layers.ts'
import { Input, input } from './input-layer.ts'
import { Layer } from './layer.ts'
import { resetNames } from './naming.ts'
import type { SymbolicTensor } from './symbolic-tensor.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

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

  test('begins with Input, as in Keras, or with input', () => {
    const x = Input({ shape: [3], dtype: 'int32', name: 'words' })
    expect(x).toMatchObject({ shape: [null, 3], dtype: 'int32', name: 'words' })
    expect(() => Input({})).toThrow(ArgumentError)
  })

  test('prints its shape', () => {
    expect(String(input({ shape: [3] }))).toBe('SymbolicTensor float32[null, 3]')
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
