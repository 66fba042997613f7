import { type Config, describe, type Json, SerializationError } from '@tapegrad/core'
import {
  findCustomObject,
  isConfig,
  isSerializableClass,
  registeredNameOf,
  type SerializableFunction,
} from './serializable.ts'

/**
 * A function as Keras writes it to files: the name under which it was registered, never its code.
 *
 * @throws {@link SerializationError} for a function that was not registered.
 */
export function serializeFunction(kind: string, f: SerializableFunction): Config {
  const name = typeof f === 'function' ? registeredNameOf(f) : undefined
  if (name !== undefined) {
    return { module: null, class_name: 'function', config: name, registered_name: name }
  }
  throw new SerializationError(`the ${kind} is a function that files cannot name`, {
    op: 'serialize',
    received: { [kind]: f },
    hint: "registerSerializable(f, { name: 'myFunction' })",
  })
}

/** Whether a file's value describes a function. */
export function isSerializedFunction(json: Json): boolean {
  return isConfig(json) && Object.hasOwn(json, 'class_name') && json['class_name'] === 'function'
}

/**
 * The registered function that a file names.
 *
 * @throws {@link SerializationError} when nothing of that name is known, or it is no function.
 */
export function deserializeFunction(kind: string, json: Json): SerializableFunction {
  const name = isSerializedFunction(json) ? (json as Config)['config'] : json
  if (typeof name !== 'string') {
    throw new SerializationError(`not the name of a ${kind}`, {
      op: 'deserialize',
      received: { [kind]: json },
    })
  }
  const found = findCustomFunction(name)
  if (found !== undefined) return found
  throw new SerializationError(`unknown ${kind} ${describe(name)}`, {
    op: 'deserialize',
    hint: 'make it known with registerSerializable() or customObjects',
  })
}

/** A function that was registered under a name, or that an enclosing scope of custom objects names. */
export function findCustomFunction(name: string): SerializableFunction | undefined {
  const found = findCustomObject(name) ?? findCustomObject(`Custom>${name}`)
  return typeof found === 'function' && !isSerializableClass(found) ? found : undefined
}
