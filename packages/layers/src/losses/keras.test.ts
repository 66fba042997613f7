import { setBackend, tidy } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { configs, expectClose, golden, toTensor } from '../../fixtures/keras.ts'
import * as losses from './index.ts'

setBackend(referenceBackend())

test('all of Keras’s losses are known', () => {
  expect(golden.losses).toHaveLength(176)
  expect(configs.losses).toHaveLength(21)
})

describe('values are Keras’s', () => {
  test.each(golden.losses.map((entry) => ({ ...entry, weighted: entry.sample_weight !== null })))(
    '$class $config weighted: $weighted',
    (entry) => {
      const loss = losses.deserialize({ class_name: entry.class, config: entry.config })!
      tidy(() => {
        const weighting = entry.sample_weight === null ? {} : { sampleWeight: toTensor(entry.sample_weight) }
        expectClose(loss.apply(toTensor(entry.y_true), toTensor(entry.y_pred), weighting), entry.value)
      })
    },
  )
})

describe('configs are Keras’s', () => {
  test.each(configs.losses)('$class $arguments', (entry) => {
    const loss = losses.deserialize({ class_name: entry.class, config: entry.arguments })!
    expect(loss.getConfig()).toEqual(entry.config)
    const copy = losses.deserialize(JSON.parse(JSON.stringify(losses.serialize(loss))))!
    expect(copy.constructor).toBe(loss.constructor)
    expect(losses.serialize(copy)).toEqual({
      module: 'keras.losses',
      class_name: entry.class,
      config: entry.config,
      registered_name: null,
    })
  })

  test.each([
    ['none', null],
    [null, null],
    ['mean', 'mean'],
    ['mean_with_sample_weight', 'meanWithSampleWeight'],
  ])('reduction %s of a file', (reduction, expected) => {
    expect(losses.MeanSquaredError.fromConfig({ reduction }).reduction).toBe(expected)
  })

  test('a dtype is written only where one was given, as Keras writes none', () => {
    const loss = losses.MeanSquaredError.fromConfig({ dtype: 'float64' })
    expect(loss.getConfig()).toEqual({
      name: 'mean_squared_error',
      reduction: 'sum_over_batch_size',
      dtype: 'float64',
    })
    expect(losses.MeanSquaredError.fromConfig(loss.getConfig()).dtype).toBe('float64')
  })
})
