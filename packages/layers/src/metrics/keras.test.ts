import { flip, SerializationError, setBackend, tidy } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { configs, expectClose, type GoldenMetric, golden, toTensor } from '../../fixtures/keras.ts'
import * as metrics from './index.ts'

setBackend(referenceBackend())

/** Keras's metrics that there are numbers or configs for, and that later issues add. */
const later = [
  'AUC',
  'BinaryIoU',
  'CategoricalHinge',
  'ConcordanceCorrelation',
  'CosineSimilarity',
  'F1Score',
  'FBetaScore',
  'FalseNegatives',
  'FalsePositives',
  'Hinge',
  'KLDivergence',
  'LogCoshError',
  'MeanAbsolutePercentageError',
  'MeanIoU',
  'MeanSquaredLogarithmicError',
  'PearsonCorrelation',
  'Poisson',
  'Precision',
  'PrecisionAtRecall',
  'R2Score',
  'Recall',
  'SensitivityAtSpecificity',
  'SquaredHinge',
  'TrueNegatives',
  'TruePositives',
]

const made = <T extends { readonly class: string }>(entries: readonly T[]): readonly T[] =>
  entries.filter((entry) => !later.includes(entry.class))

test('the metrics of later issues are unknown, and all others are checked', () => {
  for (const name of later) {
    expect(() => metrics.deserialize({ class_name: name, config: {} })).toThrow(SerializationError)
  }
  const checked = (entries: readonly { readonly class: string }[]): readonly string[] => [
    ...new Set(made(entries).map((entry) => entry.class)),
  ]
  expect(checked(golden.metrics)).toEqual([
    'BinaryAccuracy',
    'CategoricalAccuracy',
    'SparseCategoricalAccuracy',
    'TopKCategoricalAccuracy',
    'SparseTopKCategoricalAccuracy',
    'RootMeanSquaredError',
    'MeanAbsoluteError',
  ])
  expect(checked(configs.metrics)).toHaveLength(14)
})

describe('values are Keras’s', () => {
  test.each(made(golden.metrics).map((entry) => ({ ...entry, weighted: entry.sample_weight !== null })))(
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
  test.each(made(configs.metrics))('$class $arguments', (entry) => {
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
