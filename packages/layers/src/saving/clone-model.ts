import { ArgumentError, SerializationError } from '@tapegrad/core'
import { type AnyModel, Model } from '../models/model.ts'
import { deserializeObject } from './serializable.ts'

/**
 * A model of the same layers, with new weights. Neither weights nor what `compile` was given are taken over.
 *
 * @throws {@link ArgumentError} for something that is not a model, {@link SerializationError} for layers that have no config.
 * @see https://keras.io/api/models/model_saving_apis/model_config_serialization/
 * @example
 * ```ts
 * const copy = cloneModel(model)
 * copy.setWeights(model.getWeights())
 * ```
 */
export function cloneModel<M extends AnyModel>(model: M): M {
  const op = 'cloneModel'
  if (!(model instanceof Model)) throw new ArgumentError('this is not a model', { op, received: { model } })
  const copy: unknown = deserializeObject('model', model.toJSON(), new Map())
  if (copy instanceof Model && copy.className === model.className) return copy as unknown as M
  throw new SerializationError('the class makes something else of its config', { op, received: { copy } })
}
