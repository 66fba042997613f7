import type { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkNumber } from '../saving/option-values.ts'

/** The options of the cross-entropies that compare distributions. */
export interface CrossentropyOptions {
  /** Whether predictions are logits rather than probabilities; steadier and faster. Default: false. */
  readonly fromLogits?: boolean
  /** How far targets move towards an even distribution, from 0 to 1. Default: 0. */
  readonly labelSmoothing?: number
  /** The axis of the classes. Default: −1. */
  readonly axis?: number
}

export const crossentropyOptionNames: readonly (keyof CrossentropyOptions)[] = [
  'fromLogits',
  'labelSmoothing',
  'axis',
]

/** Checks the options and fills in the defaults. */
export function checkCrossentropy(
  op: string,
  { fromLogits = false, labelSmoothing = 0, axis = -1 }: CrossentropyOptions,
): Required<CrossentropyOptions> {
  return {
    fromLogits: checkBoolean(op, 'fromLogits', fromLogits),
    labelSmoothing: checkNumber(op, 'labelSmoothing', labelSmoothing, 'unitInterval'),
    axis: checkNumber(op, 'axis', axis, 'integer'),
  }
}

/** The options, as a file holds them. */
export function readCrossentropy(read: ConfigReader): Required<CrossentropyOptions> {
  return {
    fromLogits: read.boolean('from_logits', false),
    labelSmoothing: read.number('label_smoothing', 0),
    axis: read.integer('axis', -1),
  }
}
