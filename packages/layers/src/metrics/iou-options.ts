import { ArgumentError } from '@tapegrad/core'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkIntegers, checkNumber, checkOneOf } from '../saving/option-values.ts'

/** The dtypes of weights: as int32 they are cut to whole numbers. */
export type IoUDType = 'int32' | 'float32' | 'float64'

/** The options that all of the family take. */
export interface IoUBaseOptions {
  /** What logs call it. Default: the class's name in snake_case. */
  readonly name?: string
  /** What weights are taken as; as int32, Keras's default, their fractions are cut off. Default: int32. */
  readonly dtype?: IoUDType
}

export interface MeanIoUOptions extends IoUBaseOptions {
  readonly numClasses: number
  /** A label that does not count, such as −1 or 255. Default: null. */
  readonly ignoreClass?: number | null
  /** Whether targets are class numbers rather than a distribution over the classes. Default: true. */
  readonly sparseYTrue?: boolean
  /** Whether predictions are class numbers rather than a distribution over the classes. Default: true. */
  readonly sparseYPred?: boolean
  /** The axis of the classes in distributions. Default: −1. */
  readonly axis?: number
}

export interface IoUOptions extends MeanIoUOptions {
  /** The classes whose mean is taken. */
  readonly targetClassIds: readonly number[]
}

export interface OneHotMeanIoUOptions extends Omit<MeanIoUOptions, 'sparseYTrue' | 'sparseYPred'> {
  /** Whether predictions are class numbers rather than a distribution over the classes. Default: false. */
  readonly sparseYPred?: boolean
}

export interface OneHotIoUOptions extends OneHotMeanIoUOptions {
  /** The classes whose mean is taken. */
  readonly targetClassIds: readonly number[]
}

export const meanIoUOptionNames: readonly (keyof MeanIoUOptions)[] = [
  'name',
  'dtype',
  'numClasses',
  'ignoreClass',
  'sparseYTrue',
  'sparseYPred',
  'axis',
]

/** Checks the options and fills in the defaults. */
export function checkIoU(op: string, options: IoUOptions): Required<Omit<IoUOptions, 'name'>> {
  const { dtype = 'int32', ignoreClass = null, sparseYTrue = true, sparseYPred = true, axis = -1 } = options
  const numClasses = checkNumber(op, 'numClasses', options.numClasses, 'positiveInteger')
  const targetClassIds = checkIntegers(op, 'targetClassIds', options.targetClassIds)
  if (targetClassIds.length === 0 || targetClassIds.some((id) => id < 0 || id >= numClasses)) {
    throw new ArgumentError('targetClassIds are not classes', {
      op,
      received: { targetClassIds },
      expected: `some of 0 to ${numClasses - 1}`,
    })
  }
  return {
    numClasses,
    targetClassIds,
    dtype: checkOneOf(op, 'dtype', dtype, ['int32', 'float32', 'float64']),
    ignoreClass: ignoreClass === null ? null : checkNumber(op, 'ignoreClass', ignoreClass, 'integer'),
    sparseYTrue: checkBoolean(op, 'sparseYTrue', sparseYTrue),
    sparseYPred: checkBoolean(op, 'sparseYPred', sparseYPred),
    axis: checkNumber(op, 'axis', axis, 'integer'),
  }
}

/** The options of all of the family, as a file holds them. */
export function readIoUBase(read: ConfigReader, name: string): Required<IoUBaseOptions> {
  const dtype = read.json('dtype', 'int32')
  const isInteger = dtype === null || dtype === 'int' || dtype === 'int32'
  return {
    name: read.string('name', name),
    dtype: isInteger ? 'int32' : read.dtype('dtype', 'float32'),
  }
}

/** The options of one with classes, as a file holds them. */
export function readMeanIoU(read: ConfigReader, name: string): OneHotMeanIoUOptions {
  return {
    ...readIoUBase(read, name),
    numClasses: read.integer('num_classes'),
    ignoreClass: read.integer('ignore_class', null),
    axis: read.integer('axis', -1),
  }
}
