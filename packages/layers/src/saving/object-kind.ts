import { ArgumentError, closestName, describe, type Json, SerializationError } from '@tapegrad/core'
import { toSnakeCase } from '../engine/naming.ts'
import { findCustomFunction } from './functions.ts'
import {
  deserializeObject,
  findCustomObject,
  isSerializableClass,
  isSerializedObject,
  type Serializable,
  type SerializableClass,
  type SerializableFunction,
  serializeObject,
} from './serializable.ts'

/** A family of objects that options and files may name: initializers, losses, … */
export interface ObjectKind<T extends Serializable> {
  /** What messages call one of them: `initializer`. */
  readonly kind: string
  /** Keras's module of the built-in classes, such as `keras.initializers`. */
  readonly module: string
  /** The built-in classes, by their names in files. */
  readonly classes: ReadonlyMap<string, SerializableClass<T>>
  /** Names other than a class's own. */
  readonly aliases: ReadonlyMap<string, () => T>
  /** Whether a value is one of them. */
  readonly accepts: (value: object) => boolean
  /** What a function stands for, in families where functions may take an object's place. */
  readonly fromFunction?: (f: SerializableFunction) => T
}

/** The built-in classes by the names that files give them. */
export function classesByName<T extends Serializable>(
  ...classes: readonly SerializableClass<T>[]
): ReadonlyMap<string, SerializableClass<T>> {
  return new Map(classes.map((each) => [each.className, each]))
}

/**
 * The object that an option stands for: an object itself, a name or a description from a file.
 *
 * @throws {@link ArgumentError} for an unknown name or another value.
 */
export function getObject<T extends Serializable>(kind: ObjectKind<T>, identifier: unknown): T {
  const op = `${namespaceOf(kind)}.get`
  if (typeof identifier === 'string') {
    const found = findByName(kind, identifier)
    if (found !== undefined) return found
    throw new ArgumentError(`unknown ${kind.kind} ${describe(identifier)}`, {
      op,
      hint: hint(kind, identifier),
    })
  }
  if (
    typeof identifier === 'function' &&
    !isSerializableClass(identifier) &&
    kind.fromFunction !== undefined
  ) {
    return kind.fromFunction(identifier)
  }
  if (typeof identifier === 'object' && identifier !== null) {
    if (kind.accepts(identifier)) return identifier as T
    if (isSerializedObject(identifier as Json)) return readObject(kind, identifier as Json)
  }
  throw new ArgumentError(`this is no ${kind.kind}`, {
    op,
    received: { identifier },
    expected: `a name or an object`,
    ...(typeof identifier === 'function' ? { hint: 'make an object of the class: new …()' } : {}),
  })
}

/** An object as files hold it; null stays null. */
export function serializeOne<T extends Serializable>(kind: ObjectKind<T>, object: T | null): Json {
  if (object === null) return null
  if (typeof object === 'object' && kind.accepts(object)) return serializeObject(kind.module, object)
  throw new SerializationError(`this is no ${kind.kind}`, {
    op: `${namespaceOf(kind)}.serialize`,
    received: { object },
  })
}

/**
 * The object that a file holds: a description or a name; null stays null.
 *
 * @throws {@link SerializationError} for anything else.
 */
export function deserializeOne<T extends Serializable>(kind: ObjectKind<T>, json: Json): T | null {
  if (json === null) return null
  if (typeof json !== 'string') return readObject(kind, json)
  const found = findByName(kind, json)
  if (found !== undefined) return found
  throw new SerializationError(`unknown ${kind.kind} ${describe(json)}`, {
    op: `${namespaceOf(kind)}.deserialize`,
    hint: hint(kind, json),
  })
}

function readObject<T extends Serializable>(kind: ObjectKind<T>, json: Json): T {
  const object = deserializeObject(kind.kind, json, kind.classes)
  if (kind.accepts(object)) return object
  throw new SerializationError(`the description is of something else than a ${kind.kind}`, {
    op: `${namespaceOf(kind)}.deserialize`,
    received: { object },
  })
}

function findByName<T extends Serializable>(kind: ObjectKind<T>, name: string): T | undefined {
  const alias = kind.aliases.get(name)
  if (alias !== undefined) return alias()
  for (const [className, each] of kind.classes) {
    if (name === className || name === toSnakeCase(className) || name === lowerFirst(className)) {
      return each.fromConfig({})
    }
  }
  const customFunction = findCustomFunction(name)
  if (customFunction !== undefined) return kind.fromFunction?.(customFunction)
  const customClass = findCustomObject(name) ?? findCustomObject(`Custom>${name}`)
  if (!isSerializableClass(customClass)) return undefined
  const object = customClass.fromConfig({})
  return kind.accepts(object) ? (object as T) : undefined
}

/** What users call the module of the kind: `losses`. */
function namespaceOf<T extends Serializable>({ module }: ObjectKind<T>): string {
  return module.replace('keras.', '')
}

/** `Mean` → `mean`, `KLDivergence` → `klDivergence`, `CTC` → `ctc`. */
function lowerFirst(className: string): string {
  return className.replace(/^(?:[A-Z]+(?=[A-Z][a-z]|$)|[A-Z])/, (start) => start.toLowerCase())
}

function hint<T extends Serializable>({ classes, aliases }: ObjectKind<T>, name: string): string {
  const closest = closestName(name, [...[...classes.keys()].map(lowerFirst), ...aliases.keys()])
  return closest === undefined
    ? `one of ${[...classes.keys()].map(lowerFirst).join(', ')}; classes of your own need registerSerializable()`
    : `did you mean '${closest}'?`
}
