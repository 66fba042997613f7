import { ArgumentError, SerializationError, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import * as metrics from './index.ts'

setBackend(referenceBackend())

const iou = { numClasses: 2, targetClassIds: [0] }

describe('options', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a threshold above 1', () => new metrics.TruePositives({ thresholds: 2 }), /thresholds is not a number/],
    ['no thresholds', () => new metrics.FalsePositives({ thresholds: [] }), /no thresholds/],
    ['a threshold of text', () => new metrics.TrueNegatives({ thresholds: ['1'] as never }), /thresholds/],
    ['a misspelt option', () => new metrics.FalseNegatives({ threshold: 1 } as never), /mean thresholds/],
    ['a k of 0', () => new metrics.Precision({ topK: 0 }), /topK is not/],
    ['a class below 0', () => new metrics.Recall({ classId: -1 }), /classId is not/],
    ['no specificity', () => new metrics.SensitivityAtSpecificity({} as never), /specificity is not/],
    ['a recall above 1', () => new metrics.PrecisionAtRecall({ recall: 1.5 }), /recall is not/],
    [
      'no options',
      () => new metrics.RecallAtPrecision(undefined as never),
      /options are not an object|precision is not/,
    ],
    [
      'no thresholds to try',
      () => new metrics.SpecificityAtSensitivity({ sensitivity: 0.5, numThresholds: 0 }),
      /numThresholds is not/,
    ],
    ['one threshold', () => new metrics.AUC({ numThresholds: 1 }), /less than 2/],
    ['another curve', () => new metrics.AUC({ curve: 'roc' as never }), /unknown curve/],
    ['another sum', () => new metrics.AUC({ summationMethod: 'sum' as never }), /unknown summationMethod/],
    ['a number of labels alone', () => new metrics.AUC({ numLabels: 2 }), /without multiLabel/],
    ['a single threshold', () => new metrics.AUC({ thresholds: 0.5 as never }), /not a list/],
    ['weights of text', () => new metrics.AUC({ labelWeights: 'a' as never }), /not a list/],
    ['another average', () => new metrics.F1Score({ average: 'mean' as never }), /unknown average/],
    ['a beta of 0', () => new metrics.FBetaScore({ beta: 0 }), /beta is not/],
    ['a threshold of 0', () => new metrics.FBetaScore({ threshold: 0 }), /threshold is not above 0/],
    ['a beta of F1', () => new metrics.F1Score({ beta: 2 } as never), /unknown option "beta"/],
    [
      'another aggregation',
      () => new metrics.R2Score({ classAggregation: 'mean' as never }),
      /unknown class/,
    ],
    ['regressors below 0', () => new metrics.R2Score({ numRegressors: -1 }), /numRegressors is not/],
    ['no classes', () => new metrics.MeanIoU({ numClasses: 0 }), /numClasses is not/],
    ['a class out of range', () => new metrics.IoU({ ...iou, targetClassIds: [2] }), /0 to 1/],
    ['no target', () => new metrics.OneHotIoU({ ...iou, targetClassIds: [] }), /0 to 1/],
    ['another dtype', () => new metrics.IoU({ ...iou, dtype: 'uint8' as never }), /unknown dtype/],
    ['a threshold of NaN', () => new metrics.BinaryIoU({ threshold: Number.NaN }), /threshold is not/],
    [
      'sparse targets',
      () => new metrics.OneHotMeanIoU({ numClasses: 2, sparseYTrue: true } as never),
      /unknown/,
    ],
    ['a fraction as axis', () => new metrics.PearsonCorrelation({ axis: 0.5 }), /axis is not/],
  ])('refuse %s', (_, run, message) => {
    expect(run).toThrow(ArgumentError)
    expect(run).toThrow(message)
  })
})

describe('batches', () => {
  const p = tensor([[0.2, 0.8]])
  const update =
    (metric: metrics.Metric, ...batch: readonly unknown[]): (() => void) =>
    () =>
      (metric.updateState as (...args: readonly unknown[]) => void)(...batch)
  test.each<[string, () => unknown, new (...args: never[]) => Error, RegExp]>([
    ['other shapes', update(new metrics.Precision(), tensor([[1, 0, 1]]), p), ShapeError, /different shapes/],
    ['arrays', update(new metrics.Recall(), [[1, 0]], p), ArgumentError, /yTrue is not a tensor/],
    ['no such class', update(new metrics.Recall({ classId: 2 }), p, p), ShapeError, /do not have this class/],
    [
      'too many of the greatest',
      update(new metrics.Precision({ topK: 3 }), p, p),
      ShapeError,
      /topK is more/,
    ],
    [
      'weights of another batch',
      update(new metrics.TruePositives(), p, p, { sampleWeight: tensor([1, 2]) }),
      ShapeError,
      /sampleWeight does not fit/,
    ],
    ['a misspelt weight', update(new metrics.AUC(), p, p, { weights: p }), ArgumentError, /unknown option/],
    ['null in place of options', update(new metrics.AUC(), p, p, null), ArgumentError, /not an object/],
    [
      'labels of one axis',
      update(new metrics.AUC({ multiLabel: true }), tensor([1]), tensor([1])),
      ArgumentError,
      /number of labels/,
    ],
    [
      'other labels',
      update(new metrics.AUC({ multiLabel: true, numLabels: 3 }), p, p),
      ArgumentError,
      /\[batch, 3\]/,
    ],
    ['weights of labels', update(new metrics.AUC({ labelWeights: [1] }), p, p), ShapeError, /labelWeights/],
    [
      'classes of one axis',
      update(new metrics.F1Score(), tensor([1]), tensor([1])),
      ShapeError,
      /no classes/,
    ],
    [
      'outputs of one axis',
      update(new metrics.R2Score(), tensor([1]), tensor([1])),
      ShapeError,
      /no outputs/,
    ],
    [
      'other numbers of pixels',
      update(new metrics.IoU(iou), tensor([1, 0]), tensor([1])),
      ShapeError,
      /different numbers/,
    ],
    ['pixels as arrays', update(new metrics.BinaryIoU(), [1], tensor([1])), ArgumentError, /not a tensor/],
    ['scalars', update(new metrics.MeanIoU({ numClasses: 2 }), tensor(1), tensor(1)), ShapeError, /no axis/],
  ])('refuse %s', (_, run, type, message) => {
    expect(run).toThrow(type)
    expect(run).toThrow(message)
  })

  test('refuse another number of classes than before', () => {
    for (const metric of [new metrics.F1Score(), new metrics.R2Score()]) {
      metric.updateState(p, p)
      expect(() => metric.updateState(tensor([[1]]), tensor([[1]]))).toThrow(ShapeError)
      metric.dispose()
    }
  })
})

test.each([
  ['Precision', { thresholds: 'half' }],
  ['AUC', { thresholds: [0.5, 'x'] }],
  ['AUC', { curve: 'roc' }],
  ['IoU', { num_classes: 2 }],
  ['MeanIoU', {}],
  ['R2Score', { class_aggregation: 'mean' }],
  ['F1Score', { beta: 2 }],
  ['BinaryIoU', { dtype: 'int8' }],
])('a file with a wrong %s %j is refused', (name, config) => {
  expect(() => metrics.deserialize({ class_name: name, config: config as never })).toThrow(SerializationError)
})
