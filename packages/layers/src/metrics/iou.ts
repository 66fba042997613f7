import {
  add,
  argMax,
  type Config,
  cast,
  checkOptionNames,
  diagonal,
  div,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  notEqual,
  reshape,
  ShapeError,
  sameShape,
  segmentSum,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  tidy,
  trunc,
  where,
} from '@tapegrad/core'
import { checkTensors } from '../losses/check-inputs.ts'
import { epsilon } from '../losses/probabilities.ts'
import type { Weighting } from '../losses/weighting.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { weightsOfBatch } from './batch-weights.ts'
import { countsOf } from './confusion.ts'
import { checkIoU, type IoUOptions, meanIoUOptionNames, readMeanIoU } from './iou-options.ts'
import { Metric } from './metric.ts'
import type { MetricVariable } from './metric-variable.ts'

/**
 * TP / (TP + FP + FN), the intersection of targets and predictions over their union, the mean over some classes.
 * Name in files: `IoU`.
 *
 * Classes that came in neither are left out; labels out of range do not count, nor what the predictions' mask hides.
 *
 * @throws {@link ArgumentError} for an unknown option, one out of its range, or classes that there are not.
 * @see https://keras.io/api/metrics/segmentation_metrics/#iou-class
 * @example
 * ```ts
 * using metric = new metrics.IoU({ numClasses: 2, targetClassIds: [0] })
 * metric.updateState(tensor([0, 0, 1, 1]), tensor([0, 1, 0, 1]))
 * await metric.result().data() // [0.33333]
 * ```
 */
export class IoU extends Metric {
  static override readonly className: string = 'IoU'
  readonly settings: ReturnType<typeof checkIoU>
  readonly #matrix: MetricVariable

  constructor(options: IoUOptions) {
    checkOptionNames('IoU', options, [...meanIoUOptionNames, 'targetClassIds'])
    const settings = checkIoU('IoU', options)
    const { dtype, numClasses } = settings
    // Counts are floats on the device: they may pass 2^31.
    super({
      ...(options.name === undefined ? {} : { name: options.name }),
      dtype: dtype === 'int32' ? 'float32' : dtype,
    })
    this.settings = settings
    this.#matrix = this.addVariable('total_confusion_matrix', [numClasses, numClasses])
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weighting: Weighting = {}): void {
    const op = this.name
    checkTensors(op, yTrue, yPred)
    const { sparseYTrue, sparseYPred, axis, numClasses, ignoreClass } = this.settings
    tidy(() => {
      const labels = classesOf(yTrue, sparseYTrue, axis)
      const guesses = classesOf(yPred, sparseYPred, axis)
      if (labels.size !== guesses.size) {
        throw new ShapeError('targets and predictions have different numbers of classes', {
          op,
          received: { yTrue, yPred },
        })
      }
      const given = weightsOfBatch(op, cast(matched(op, labels, guesses), this.dtype), yPred, weighting)
      const weights = reshape(this.settings.dtype === 'int32' ? trunc(given) : given, [-1])
      const [t, p] = [reshape(labels, [-1]), reshape(guesses, [-1])]
      const isClass = (x: Tensor): Tensor => logicalAnd(greaterEqual(x, 0), less(x, numClasses))
      const inRange = logicalAnd(isClass(t), isClass(p))
      const isCounted = ignoreClass === null ? inRange : logicalAnd(inRange, notEqual(t, ignoreClass))
      const cell = where(isCounted, add(mul(t, numClasses), p), 0)
      const added = segmentSum(where(isCounted, weights, 0), cell, numClasses ** 2)
      const variable = this.#matrix.on(yPred.storage.backend)
      variable.assign(add(variable, reshape(added, variable.shape)))
    })
  }

  override result(): Tensor {
    return tidy(() => {
      const matrix = countsOf(this.#matrix)
      const { backend } = matrix.storage
      const ids = tensor(this.settings.targetClassIds, { dtype: 'int32', backend })
      const both = take(diagonal(matrix), ids)
      const either = sub(take(add(sum(matrix, { axis: 0 }), sum(matrix, { axis: 1 })), ids), both)
      const exists = greater(either, 1e-9)
      const shares = where(exists, div(both, add(either, epsilon)), 0)
      return div(sum(shares), add(sum(cast(exists, this.dtype)), epsilon))
    })
  }

  override getConfig(): Config {
    const { numClasses, targetClassIds, dtype, ignoreClass, sparseYTrue, sparseYPred, axis } = this.settings
    return {
      name: this.name,
      dtype,
      num_classes: numClasses,
      target_class_ids: [...targetClassIds],
      ignore_class: ignoreClass,
      sparse_y_true: sparseYTrue,
      sparse_y_pred: sparseYPred,
      axis,
    }
  }

  static fromConfig(config: Config): IoU {
    const read = new ConfigReader('IoU', config)
    const options = {
      ...readMeanIoU(read, 'io_u'),
      targetClassIds: read.integers('target_class_ids'),
      sparseYTrue: read.boolean('sparse_y_true', true),
      sparseYPred: read.boolean('sparse_y_pred', true),
    }
    read.done()
    return new IoU(options)
  }
}

/** Class numbers as int32. */
function classesOf(x: Tensor, isSparse: boolean, axis: number): Tensor {
  if (!isSparse) return argMax(x, { axis })
  return x.dtype === 'int32' ? x : cast(x, 'int32')
}

/** The predictions' classes, in the shape that weights and masks belong to. */
function matched(op: string, labels: Tensor, guesses: Tensor): Tensor {
  if (labels.rank === 0 || guesses.rank === 0) {
    throw new ShapeError('targets and predictions have no axis', { op, received: { labels, guesses } })
  }
  return sameShape(labels.shape, guesses.shape) || guesses.rank < labels.rank
    ? guesses
    : reshape(guesses, labels.shape)
}
