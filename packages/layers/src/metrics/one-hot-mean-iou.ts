import { type Config, checkOptionNames } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { meanIoUOptionNames, type OneHotMeanIoUOptions, readMeanIoU } from './iou-options.ts'
import { MeanIoU } from './mean-iou.ts'

const oneHotOptionNames = meanIoUOptionNames.filter((name) => name !== 'sparseYTrue')

/**
 * TP / (TP + FP + FN) for one-hot targets, the mean over all classes. Name in files: `OneHotMeanIoU`.
 *
 * Classes that came in neither are left out, and what the predictions' mask hides does not count.
 *
 * @throws {@link ArgumentError} for an unknown option or one out of its range.
 * @see https://keras.io/api/metrics/segmentation_metrics/#onehotmeaniou-class
 * @example
 * ```ts
 * using metric = new metrics.OneHotMeanIoU({ numClasses: 2 })
 * metric.updateState(tensor([[1, 0], [0, 1], [0, 1]]), tensor([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4]]))
 * await metric.result().data() // [0.5]
 * ```
 */
export class OneHotMeanIoU extends MeanIoU {
  static override readonly className: string = 'OneHotMeanIoU'

  constructor(options: OneHotMeanIoUOptions) {
    checkOptionNames('OneHotMeanIoU', options, oneHotOptionNames)
    super({ sparseYPred: false, ...options, sparseYTrue: false })
  }

  override getConfig(): Config {
    const { sparse_y_true: _, ...config } = super.getConfig()
    return config
  }

  static override fromConfig(config: Config): OneHotMeanIoU {
    const read = new ConfigReader('OneHotMeanIoU', config)
    const options = {
      ...readMeanIoU(read, 'one_hot_mean_io_u'),
      sparseYPred: read.boolean('sparse_y_pred', false),
    }
    read.done()
    return new OneHotMeanIoU(options)
  }
}
