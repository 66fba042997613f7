import { ArgumentError, type Config, type FloatDType, ShapeError } from '@tapegrad/core'
import * as regularizers from '../regularizers/index.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { serializeObject } from '../saving/serializable.ts'
import type { RegularizerLike } from './contracts.ts'
import type { SymbolicShape } from './symbolic-tensor.ts'

/** The options that every layer takes. */
export interface LayerOptions {
  /** What errors, summaries and files call it. Default: the class's name in snake_case with a number. */
  readonly name?: string
  /** What the layer computes in; float inputs are cast to it. Default: float32. */
  readonly dtype?: FloatDType
  /** Whether optimizers change its weights. Default: true. */
  readonly trainable?: boolean
  /** The shape of one input, without the batch: a model's first layer builds with it at once. */
  readonly inputShape?: SymbolicShape
  /** The same as `inputShape: [inputDim]`. */
  readonly inputDim?: number
  /** The shape of the input with the batch, whose size may be null. */
  readonly batchInputShape?: SymbolicShape
  /** A penalty on the output, which becomes part of the loss. */
  readonly activityRegularizer?: regularizers.RegularizerIdentifier | null
  /** Whether the penalty on the output is divided by the batch size, as Keras does since 3.14. Default: batchMean. */
  readonly activityReduction?: 'batchMean' | 'sum'
  /** What happens when a mask reaches a layer that has no use for it and cannot pass it on. Default: warn. */
  readonly onLostMask?: 'warn' | 'throw'
}

export const layerOptionNames: readonly (keyof LayerOptions)[] = [
  'name',
  'dtype',
  'trainable',
  'inputShape',
  'inputDim',
  'batchInputShape',
  'activityRegularizer',
  'activityReduction',
  'onLostMask',
]

/** Checks the values that every layer's options have in common. */
export function checkLayerOptions(op: string, options: LayerOptions): void {
  const { name, dtype, trainable } = options
  const fail = (what: string, received: Readonly<Record<string, unknown>>, expected: string): never => {
    throw new ArgumentError(what, { op, received, expected })
  }
  if (name !== undefined && (typeof name !== 'string' || name === '' || name.includes('/')))
    fail('the name is not a name', { name }, 'a text that is not empty and has no /')
  if (dtype !== undefined && dtype !== 'float32' && dtype !== 'float64')
    fail('the dtype is not one that layers compute in', { dtype }, 'float32 or float64')
  if (trainable !== undefined && typeof trainable !== 'boolean')
    fail('trainable is not a boolean', { trainable }, 'true or false')
  const reduction = options.activityReduction
  if (reduction !== undefined && reduction !== 'batchMean' && reduction !== 'sum')
    fail('unknown activityReduction', { activityReduction: reduction }, "'batchMean' or 'sum'")
  const lost = options.onLostMask
  if (lost !== undefined && lost !== 'warn' && lost !== 'throw')
    fail('unknown onLostMask', { onLostMask: lost }, "'warn' or 'throw'")
}

/** The input's shape with the batch, where the options name it in any of the three ways. */
export function declaredInputShape(op: string, options: LayerOptions): SymbolicShape | null {
  const { inputShape, inputDim, batchInputShape } = options
  const given = [inputShape, inputDim, batchInputShape].filter((option) => option !== undefined)
  if (given.length > 1) {
    throw new ArgumentError('the shape of the input is given more than once', {
      op,
      received: { inputShape, inputDim, batchInputShape },
      expected: 'one of the three',
    })
  }
  if (batchInputShape !== undefined) return checkSymbolicShape(op, 'batchInputShape', batchInputShape, 1)
  if (inputShape !== undefined) return [null, ...checkSymbolicShape(op, 'inputShape', inputShape, 0)]
  return inputDim === undefined ? null : [null, ...checkSymbolicShape(op, 'inputDim', [inputDim], 0)]
}

/** Checks a shape with unknown sizes that a user passed, and freezes a copy of it. */
export function checkSymbolicShape(op: string, name: string, shape: unknown, minNdim: number): SymbolicShape {
  const isSize = (side: unknown): boolean =>
    side === null || (typeof side === 'number' && Number.isSafeInteger(side) && side >= 0)
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw new ShapeError(`${name} is not a list of sizes`, {
      op,
      received: { [name]: shape },
      expected: 'whole numbers of at least 0, or null where a size is not known',
    })
  }
  if (shape.length < minNdim) {
    throw new ShapeError(`${name} has too few sizes`, {
      op,
      received: { [name]: shape },
      expected: `at least ${minNdim}: the batch's size, or null, comes first`,
    })
  }
  return Object.freeze([...(shape as (number | null)[])])
}

/**
 * Reads the entries that every layer's config has in common, for a class's `fromConfig`.
 *
 * @param read The reader of the config; its other entries are still to be read, and `done()` to be called.
 * @returns `name`, `dtype`, `trainable`, the input's shape and the other options of {@link LayerOptions}.
 * @throws {@link SerializationError} for values of the wrong kind.
 * @example
 * ```ts
 * static fromConfig(config: Config): Maxout {
 *   const read = new ConfigReader('Maxout', config)
 *   const options = { ...readLayerOptions(read), units: read.integer('units') }
 *   read.done()
 *   return new Maxout(options)
 * }
 * ```
 */
export function readLayerOptions(read: ConfigReader): LayerOptions {
  const name = read.string('name', null)
  const batchInputShape = read.shape(
    read.has('batch_input_shape') ? 'batch_input_shape' : 'batch_shape',
    null,
  )
  const activityRegularizer = read.object('activity_regularizer', regularizers.deserialize, null)
  return {
    ...(name === null ? {} : { name }),
    ...(activityRegularizer === null ? {} : { activityRegularizer }),
    ...(batchInputShape === null ? {} : { batchInputShape }),
    trainable: read.boolean('trainable', true),
    dtype: read.dtype('dtype', 'float32'),
    activityReduction:
      read.oneOf('activity_reduction', ['batch_mean', 'sum'], 'batch_mean') === 'sum' ? 'sum' : 'batchMean',
    onLostMask: read.oneOf('on_lost_mask', ['warn', 'throw'], 'warn'),
  }
}

/** The entries that every layer's config has in common. */
export function layerConfig(layer: {
  readonly name: string
  readonly trainable: boolean
  readonly dtype: FloatDType
  readonly activityRegularizer: RegularizerLike | null
  readonly activityReduction: 'batchMean' | 'sum'
  readonly onLostMask: 'warn' | 'throw'
}): Config {
  const { name, trainable, dtype, activityRegularizer } = layer
  return {
    name,
    trainable,
    dtype: { module: 'keras', class_name: 'DTypePolicy', config: { name: dtype }, registered_name: null },
    ...(activityRegularizer === null
      ? {}
      : { activity_regularizer: serializeObject('keras.regularizers', activityRegularizer) }),
    // Not entries of Keras's, which would refuse them: only written where they say something.
    ...(layer.activityReduction === 'sum' ? { activity_reduction: 'sum' } : {}),
    ...(layer.onLostMask === 'throw' ? { on_lost_mask: 'throw' } : {}),
  }
}
