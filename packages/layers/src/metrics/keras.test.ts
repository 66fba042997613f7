import { flip, setBackend, tidy } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { configs, expectClose, type GoldenMetric, golden, toTensor } from '../../fixtures/keras.ts'
import * as metrics from './index.ts'

setBackend(referenceBackend())

test('all of Keras’s metrics are known', () => {
  expect(golden.metrics).toHaveLength(50)
  expect(configs.metrics).toHaveLength(36)
})

describe('values are Keras’s', () => {
  test.each(golden.metrics.map((entry) => ({ ...entry, weighted: entry.sample_weight !== null })))(
    '$class $config weighted: $weighted',
    (entry: GoldenMetric) => {
      using metric = metrics.deserialize({ class_name: entry.class, config: entry.config })!
      tidy(() => {
        const [yTrue, yPred] = [toTensor(entry.y_true), toTensor(entry.y_pred)]
        const weighting = entry.sample_weight === null ? {} : { sampleWeight: toTensor(entry.sample_weight) }
        metric.updateState(yTrue, yPred, weighting)
        expectClose(metric.result(), entry.result)
        metric.updateState(flip(yTrue, { axis: 0 }), yPred, weighting)
        expectClose(metric.result(), entry.result_after_second_update_with_reversed_y_true)
      })
    },
  )
})

describe('configs are Keras’s', () => {
  test.each(configs.metrics)('$class $arguments', (entry) => {
    using metric = metrics.deserialize({ class_name: entry.class, config: entry.arguments })!
    expect(metric.getConfig()).toEqual(entry.config)
    using copy = metrics.deserialize(JSON.parse(JSON.stringify(metrics.serialize(metric))))!
    expect(copy.constructor).toBe(metric.constructor)
    expect(metrics.serialize(copy)).toEqual({
      module: 'keras.metrics',
      class_name: entry.class,
      config: entry.config,
      registered_name: null,
    })
  })
})
