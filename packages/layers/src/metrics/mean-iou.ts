import { type Config, checkOptionNames } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { IoU } from './iou.ts'
import { type MeanIoUOptions, meanIoUOptionNames, readMeanIoU } from './iou-options.ts'

/** The numbers of all classes. */
function allClasses(op: string, numClasses: unknown): readonly number[] {
  const count = checkNumber(op, 'numClasses', numClasses, 'positiveInteger')
  return Array.from({ length: count }, (_, i) => i)
}

/**
 * TP / (TP + FP + FN), the intersection of targets and predictions over their union, the mean over all classes.
 * Name in files: `MeanIoU`.
 *
 * Classes that came in neither are left out; labels out of range do not count, nor what the predictions' mask hides.
 *
 * @throws {@link ArgumentError} for an unknown option or one out of its range.
 * @see https://keras.io/api/metrics/segmentation_metrics/#meaniou-class
 * @example
 * ```ts
 * using metric = new metrics.MeanIoU({ numClasses: 2 })
 * metric.updateState(tensor([0, 0, 1, 1]), tensor([0, 1, 0, 1]))
 * await metric.result().data() // [0.33333]
 * ```
 */
export class MeanIoU extends IoU {
  static override readonly className: string = 'MeanIoU'

  constructor(options: MeanIoUOptions) {
    checkOptionNames('MeanIoU', options, meanIoUOptionNames)
    super({ ...options, targetClassIds: allClasses('MeanIoU', options.numClasses) })
  }

  override getConfig(): Config {
    const { target_class_ids: _, ...config } = super.getConfig()
    return config
  }

  static override fromConfig(config: Config): MeanIoU {
    const read = new ConfigReader('MeanIoU', config)
    const options = {
      ...readMeanIoU(read, 'mean_io_u'),
      sparseYTrue: read.boolean('sparse_y_true', true),
      sparseYPred: read.boolean('sparse_y_pred', true),
    }
    read.done()
    return new MeanIoU(options)
  }
}
