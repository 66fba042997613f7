import { type Config, checkOptionNames } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { IoU } from './iou.ts'
import { meanIoUOptionNames, type OneHotIoUOptions, readMeanIoU } from './iou-options.ts'

const oneHotIoUOptionNames = [
  ...meanIoUOptionNames.filter((name) => name !== 'sparseYTrue'),
  'targetClassIds',
]

/**
 * TP / (TP + FP + FN) for one-hot targets, the mean over some classes. Name in files: `OneHotIoU`.
 *
 * Classes that came in neither are left out, and what the predictions' mask hides does not count.
 *
 * @throws {@link ArgumentError} for an unknown option, one out of its range, or classes that there are not.
 * @see https://keras.io/api/metrics/segmentation_metrics/#onehotiou-class
 * @example
 * ```ts
 * using metric = new metrics.OneHotIoU({ numClasses: 2, targetClassIds: [1] })
 * metric.updateState(tensor([[1, 0], [0, 1], [0, 1]]), tensor([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4]]))
 * await metric.result().data() // [0.5]
 * ```
 */
export class OneHotIoU extends IoU {
  static override readonly className: string = 'OneHotIoU'

  constructor(options: OneHotIoUOptions) {
    checkOptionNames('OneHotIoU', options, oneHotIoUOptionNames)
    super({ sparseYPred: false, ...options, sparseYTrue: false })
  }

  override getConfig(): Config {
    const { sparse_y_true: _, ...config } = super.getConfig()
    return config
  }

  static override fromConfig(config: Config): OneHotIoU {
    const read = new ConfigReader('OneHotIoU', config)
    const options = {
      ...readMeanIoU(read, 'one_hot_io_u'),
      targetClassIds: read.integers('target_class_ids'),
      sparseYPred: read.boolean('sparse_y_pred', false),
    }
    read.done()
    return new OneHotIoU(options)
  }
}
