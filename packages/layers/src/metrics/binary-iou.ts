import { type Config, cast, checkOptionNames, greaterEqual, type Tensor, tidy } from '@tapegrad/core'
import { getMask } from '../engine/masks.ts'
import { checkTensors } from '../losses/check-inputs.ts'
import { checkWeighting, type Weighting } from '../losses/weighting.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { IoU } from './iou.ts'
import { type IoUBaseOptions, readIoUBase } from './iou-options.ts'

export interface BinaryIoUOptions extends IoUBaseOptions {
  /** The classes, 0 and 1, whose mean is taken. Default: both. */
  readonly targetClassIds?: readonly number[]
  /** What predictions must reach to count as 1, from 0 to 1. Default: 0.5. */
  readonly threshold?: number
}

/**
 * TP / (TP + FP + FN) for targets of 0 and 1 and probabilities, the mean over both. Name in files: `BinaryIoU`.
 *
 * A class that came in neither is left out, and what the predictions' mask hides does not count.
 *
 * @throws {@link ArgumentError} for an unknown option, one out of its range, or classes other than 0 and 1.
 * @see https://keras.io/api/metrics/segmentation_metrics/#binaryiou-class
 * @example
 * ```ts
 * using metric = new metrics.BinaryIoU({ threshold: 0.3 })
 * metric.updateState(tensor([0, 1, 0, 1]), tensor([0.1, 0.2, 0.4, 0.7]))
 * await metric.result().data() // [0.33333]
 * ```
 */
export class BinaryIoU extends IoU {
  static override readonly className: string = 'BinaryIoU'
  readonly threshold: number

  constructor(options: BinaryIoUOptions = {}) {
    checkOptionNames('BinaryIoU', options, ['name', 'dtype', 'targetClassIds', 'threshold'])
    const { threshold = 0.5, ...rest } = options
    super({ targetClassIds: [0, 1], ...rest, numClasses: 2 })
    this.threshold = checkNumber('BinaryIoU', 'threshold', threshold, 'unitInterval')
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weighting: Weighting = {}): void {
    checkTensors(this.name, yTrue, yPred)
    checkWeighting(this.name, weighting)
    const { mask = getMask(yPred) } = weighting
    tidy(() => {
      const classes = cast(greaterEqual(yPred, this.threshold), 'int32')
      super.updateState(yTrue, classes, { ...weighting, mask })
    })
  }

  override getConfig(): Config {
    const { name, dtype, target_class_ids } = super.getConfig()
    return { name: name!, dtype: dtype!, target_class_ids: target_class_ids!, threshold: this.threshold }
  }

  static override fromConfig(config: Config): BinaryIoU {
    const read = new ConfigReader('BinaryIoU', config)
    const options = {
      ...readIoUBase(read, 'binary_io_u'),
      targetClassIds: read.integers('target_class_ids', [0, 1]),
      threshold: read.number('threshold', 0.5),
    }
    read.done()
    return new BinaryIoU(options)
  }
}
