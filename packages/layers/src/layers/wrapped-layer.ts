import { type Config, type Json, SerializationError } from '@tapegrad/core'
import { LayerBase } from '../engine/layer-base.ts'
import {
  deserializeObject,
  isSerializableClass,
  type Serializable,
  type SerializableClass,
} from '../saving/serializable.ts'

/** Another layer like one, with some entries of its config replaced; it has weights of its own. */
export function copyLayer<L extends Serializable>(layer: L, changes: Config): L {
  const owner: unknown = layer.constructor
  if (!isSerializableClass(owner)) {
    throw new SerializationError('the class of the layer cannot be read back from a config', {
      op: 'copy',
      received: { layer },
      expected: 'a class with static className and static fromConfig(config)',
    })
  }
  return owner.fromConfig({ ...layer.getConfig(), ...changes }) as L
}

/**
 * The layer that a file describes, of a class that is registered or that the file's loader knows.
 *
 * @param check Throws where it is not one that is taken.
 */
export function readLayer<L>(json: Json, check: (layer: unknown) => L): L {
  const layer: unknown = deserializeObject('layer', json, noClasses)
  try {
    return check(layer)
  } catch (error) {
    if (layer instanceof LayerBase) layer.dispose()
    throw error
  }
}

const noClasses: ReadonlyMap<string, SerializableClass> = /* @__PURE__ */ new Map<string, SerializableClass>()
