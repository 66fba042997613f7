import { checkOptionNames, type Json, SerializationError } from '@tapegrad/core'
import { Model } from '../models/model.ts'
import { builtInLayers } from './built-in-layers.ts'
import { readingFile } from './reading-file.ts'
import { type CustomObjects, deserializeObject, withCustomObjects, withLayerClasses } from './serializable.ts'

/**
 * Makes the model of which a text holds the architecture, with new weights.
 *
 * @param json What `JSON.stringify(model)` or Keras's `to_json` wrote, or the object that it says.
 * @param options `customObjects`: classes and functions of your own by their names, where they are not registered.
 * @throws {@link SerializationError} for what is not JSON or not the description of a model, and for what it names that is not known.
 * @see https://keras.io/api/models/model_saving_apis/model_config_serialization/
 * @example
 * ```ts
 * const text = JSON.stringify(model)
 * modelFromJSON(text).countParams() // the same
 * ```
 */
export function modelFromJSON(
  json: string | Json,
  options: { readonly customObjects?: CustomObjects } = {},
): Model {
  checkOptionNames('modelFromJSON', options, ['customObjects'])
  const description = typeof json === 'string' ? parse(json) : json
  const model: unknown = withLayerClasses(builtInLayers, () =>
    withCustomObjects(options.customObjects ?? {}, () =>
      readingFile('modelFromJSON', () => deserializeObject('model', description, builtInLayers)),
    ),
  )
  if (model instanceof Model) return model
  throw new SerializationError('the text describes something else than a model', {
    op: 'modelFromJSON',
    received: { object: model },
  })
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    throw new SerializationError('the text is not JSON', { op: 'modelFromJSON', cause })
  }
}
