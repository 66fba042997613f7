import { ArgumentError, ShapeError, setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { Dense } from '../layers/index.ts'
import * as regularizers from '../regularizers/index.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { declaredInputShape, type LayerOptions, readLayerOptions } from './layer-options.ts'

setBackend(referenceBackend())

const make = (options: object): Dense => new Dense({ units: 1, ...options })

describe('the options of every layer', () => {
  test('and their defaults', () => {
    const { name, dtype, trainable, activityReduction, onLostMask, batchInputShape } = make({ name: 'd' })
    expect({ name, dtype, trainable, activityReduction, onLostMask, batchInputShape }).toEqual({
      name: 'd',
      dtype: 'float32',
      trainable: true,
      activityReduction: 'batchMean',
      onLostMask: 'warn',
      batchInputShape: null,
    })
  })

  test.each<[LayerOptions, (number | null)[] | null]>([
    [{}, null],
    [{ inputShape: [3, null] }, [null, 3, null]],
    [{ inputShape: [] }, [null]],
    [{ inputDim: 5 }, [null, 5]],
    [{ batchInputShape: [2, 5] }, [2, 5]],
    [{ batchInputShape: [null, null] }, [null, null]],
  ])('%j declare the input %j', (options, expected) => {
    expect(declaredInputShape('Thing', options)).toEqual(expected)
  })

  test.each([
    [
      { dtype: 'float16' },
      ArgumentError,
      /the dtype is not one that layers compute in[\s\S]*float32 or float64/,
    ],
    [{ dtype: 'int32' }, ArgumentError, /dtype: "int32"/],
    [{ name: '' }, ArgumentError, /the name is not a name/],
    [{ name: 'a/b' }, ArgumentError, /has no \//],
    [{ name: 3 }, ArgumentError, /name: 3/],
    [{ trainable: 1 }, ArgumentError, /trainable is not a boolean/],
    [{ activityReduction: 'mean' }, ArgumentError, /'batchMean' or 'sum'/],
    [{ onLostMask: 'ignore' }, ArgumentError, /'warn' or 'throw'/],
    [{ activityRegularizer: 'l3' }, ArgumentError, /unknown regularizer/],
    [{ activityRegularizer: regularizers.L2 }, ArgumentError, /make an object of the class/],
    [{ inputShape: [3], inputDim: 3 }, ArgumentError, /given more than once/],
    [{ inputShape: 3 }, ShapeError, /inputShape is not a list of sizes[\s\S]*inputShape: 3/],
    [{ inputShape: [-1] }, ShapeError, /inputShape/],
    [{ inputDim: 0.5 }, ShapeError, /inputDim/],
    [{ batchInputShape: [] }, ShapeError, /batchInputShape has too few sizes/],
  ])('%j are refused', (options, type, message) => {
    expect(() => make(options)).toThrow(type)
    expect(() => make(options)).toThrow(message)
  })
})

test('configs hold what Keras has, and the others where they say something', () => {
  const plain = make({ name: 'd' }).getConfig()
  expect(Object.keys(plain)).not.toContain('activity_reduction')
  const other = make({ name: 'd', activityReduction: 'sum', onLostMask: 'throw', activityRegularizer: 'l2' })
  const config = other.getConfig()
  expect(config).toMatchObject({ activity_reduction: 'sum', on_lost_mask: 'throw' })
  const copy = Dense.fromConfig(config)
  expect([copy.activityReduction, copy.onLostMask, copy.getConfig()]).toEqual(['sum', 'throw', config])
})

test('configs of older versions of Keras name the input’s shape otherwise', () => {
  for (const key of ['batch_input_shape', 'batch_shape']) {
    const read = new ConfigReader('Thing', { [key]: [null, 3], dtype: 'float64' })
    expect(readLayerOptions(read)).toMatchObject({ batchInputShape: [null, 3], dtype: 'float64' })
  }
})
