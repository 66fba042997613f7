import { type Config, closestName, describe, type Json, SerializationError } from '@tapegrad/core'

/** An object whose options can be written to a file. */
export interface Serializable {
  /** The options as Keras writes them: snake_case keys, JSON values. */
  getConfig(): Config
}

/** A class whose objects can be read back from a file. */
export interface SerializableClass<T extends Serializable = Serializable> {
  /** The class's name in files; not the JavaScript name, which minifiers change. */
  readonly className: string
  fromConfig(config: Config): T
}

/** A function that files name: an activation, the function of a `Lambda`. */
// biome-ignore lint/complexity/noBannedTypes: the registry takes functions of any signature and never calls them.
export type SerializableFunction = Function

/** An object as Keras writes it to files. */
export type SerializedObject = {
  readonly module: string | null
  readonly class_name: string
  readonly config: Config
  readonly registered_name: string | null
}

/** Classes and functions of your own by the names that files give them. */
export type CustomObjects = Readonly<Record<string, SerializableClass | SerializableFunction>>

// Maps, since plain objects also have what they inherit.
type KnownObjects = ReadonlyMap<string, SerializableClass | SerializableFunction>

const registeredObjects: Map<string, SerializableClass | SerializableFunction> = new Map()
const registeredNames: Map<object, string> = new Map()
const customScopes: KnownObjects[] = []
const layerScopes: ReadonlyMap<string, SerializableClass>[] = []
// A config made in this program knows its class, so that `fromConfig(model.getConfig())` needs no registry.
const origins: WeakMap<object, SerializableClass> = new WeakMap()

/**
 * Makes a class or function of your own known, so that models that use it can be saved and loaded.
 *
 * Files name it `package>name`. Code is never stored in files nor loaded from them.
 *
 * @param target A class with static `className` and `fromConfig`, or a function.
 * @param options `package` (default: 'Custom') and `name` (default: the class's `className`, the function's name).
 * @returns The target.
 * @throws {@link SerializationError} when it has no name, or the name is taken by another object.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * const double = registerSerializable((x: Tensor) => mul(x, 2), { name: 'double' })
 * ```
 */
export function registerSerializable<T extends SerializableClass | SerializableFunction>(
  target: T,
  options: { readonly package?: string; readonly name?: string } = {},
): T {
  const op = 'registerSerializable'
  if (typeof target !== 'function') {
    throw new SerializationError('the target is neither a class nor a function', { op, received: { target } })
  }
  // Not only Layer: whatever has a config must be a class that can be read back.
  if (hasConfig(target) && !isSerializableClass(target)) {
    throw new SerializationError('the class cannot be read back from a file', {
      op,
      received: { class: target },
      expected: 'a class with static className and static fromConfig(config)',
    })
  }
  const name = options.name ?? (isSerializableClass(target) ? ownClassName(target) : target.name)
  if (name === '') {
    throw new SerializationError('the function has no name', {
      op,
      hint: "registerSerializable(f, { name: 'myFunction' })",
    })
  }
  const registeredName = `${options.package ?? 'Custom'}>${name}`
  const known = registeredObjects.get(registeredName)
  if (known !== undefined && known !== target) {
    throw new SerializationError('the name is taken by another object', {
      op,
      received: { name: registeredName },
      hint: "choose another name or package: registerSerializable(target, { package: 'mine' })",
    })
  }
  registeredObjects.set(registeredName, target)
  registeredNames.set(target, registeredName)
  return target
}

/** Whether it is a class whose objects have `getConfig`. */
function hasConfig(target: SerializableFunction): boolean {
  const { prototype } = target as { readonly prototype?: unknown }
  return typeof prototype === 'object' && prototype !== null && 'getConfig' in prototype
}

/** The name `package>name` under which a class or function was registered. */
export function registeredNameOf(target: object): string | undefined {
  return registeredNames.get(target)
}

/** Runs a synchronous function in which configs may name these objects too. */
export function withCustomObjects<T>(objects: CustomObjects, f: () => T): T {
  customScopes.push(new Map(Object.entries(objects)))
  try {
    return f()
  } finally {
    customScopes.pop()
  }
}

/** Runs a synchronous function in which descriptions of layers, and of nothing else, may name these classes. */
export function withLayerClasses<T>(classes: ReadonlyMap<string, SerializableClass>, f: () => T): T {
  layerScopes.push(classes)
  try {
    return f()
  } finally {
    layerScopes.pop()
  }
}

/** A class or function that was registered, or that an enclosing {@link withCustomObjects} names. */
export function findCustomObject(name: string): SerializableClass | SerializableFunction | undefined {
  for (let i = customScopes.length - 1; i >= 0; i--) {
    const found = customScopes[i]!.get(name)
    if (found !== undefined) return found
  }
  return registeredObjects.get(name)
}

/**
 * An object as Keras writes it: where its class comes from, the class's name, the config.
 *
 * @param module Keras's module of the built-in classes of this kind, such as `keras.initializers`.
 * @throws {@link SerializationError} when the class has no name of its own.
 */
export function serializeObject(module: string, instance: Serializable): SerializedObject {
  const owner: unknown = instance.constructor
  if (typeof owner !== 'function' || !isSerializableClass(owner)) {
    throw new SerializationError('the class cannot be saved', {
      op: 'serialize',
      received: { object: instance },
      expected: 'a class with static className and fromConfig',
    })
  }
  const registeredName = registeredNames.get(owner) ?? null
  const serialized: SerializedObject = {
    module: registeredName === null ? module : null,
    class_name: ownClassName(owner),
    config: instance.getConfig(),
    registered_name: registeredName,
  }
  origins.set(serialized, owner)
  return serialized
}

/**
 * Makes the object that a file describes.
 *
 * @param kind What is expected, for messages: `initializer`.
 * @param classes The built-in classes of this kind by their names in files.
 * @throws {@link SerializationError} for anything but the description of a known class.
 */
export function deserializeObject<T extends Serializable>(
  kind: string,
  json: Json,
  classes: ReadonlyMap<string, SerializableClass<T>>,
): T {
  const { className, registeredName, config } = readSerialized(kind, json)
  if (depth >= deepest) {
    throw new SerializationError('the description is nested too deep', {
      op: 'deserialize',
      expected: `at most ${deepest} objects within each other`,
    })
  }
  const found =
    (registeredName === null ? undefined : findCustomObject(registeredName)) ??
    findCustomObject(className) ??
    origins.get(json as object) ??
    classes.get(className) ??
    (kind === 'layer' ? layerScopes.at(-1)?.get(className) : undefined)
  if (found === undefined || !isSerializableClass(found)) {
    const layers = kind === 'layer' ? (layerScopes.at(-1)?.keys() ?? []) : []
    const closest = closestName(className, [...classes.keys(), ...layers])
    throw new SerializationError(`unknown ${kind} class ${describe(registeredName ?? className)}`, {
      op: 'deserialize',
      hint:
        closest === undefined
          ? 'make it known with registerSerializable() or customObjects'
          : `did you mean ${closest}? Classes of your own need registerSerializable() or customObjects`,
    })
  }
  depth++
  try {
    return found.fromConfig(config) as T
  } finally {
    depth--
  }
}

// A hostile file must not overflow the stack.
const deepest = 100
let depth = 0

/** Whether a file's value describes an object: what {@link serializeObject} makes. */
export function isSerializedObject(json: Json): json is SerializedObject {
  return isConfig(json) && Object.hasOwn(json, 'class_name')
}

export function isConfig(json: Json | undefined): json is Config {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** Whether it has what {@link SerializableClass} asks for. */
export function isSerializableClass(target: unknown): target is SerializableClass {
  return (
    typeof target === 'function' &&
    'className' in target &&
    typeof target.className === 'string' &&
    'fromConfig' in target &&
    typeof target.fromConfig === 'function'
  )
}

function ownClassName(target: SerializableClass): string {
  if (Object.hasOwn(target, 'className')) return target.className
  throw new SerializationError('the class has no className of its own', {
    op: 'serialize',
    received: { class: target, inherited: target.className },
    hint: "add: static readonly className = 'MyClass'",
  })
}

interface Description {
  readonly className: string
  readonly registeredName: string | null
  readonly config: Config
}

function readSerialized(kind: string, json: Json): Description {
  const fail = (what: string, received: Readonly<Record<string, unknown>>): never => {
    throw new SerializationError(`${what} of a ${kind}`, {
      op: 'deserialize',
      received,
      expected: '{ module, class_name, config, registered_name }',
    })
  }
  if (!isConfig(json)) return fail('not the description', { value: json })
  const own = (key: string): Json | undefined => (Object.hasOwn(json, key) ? json[key] : undefined)
  const className = own('class_name')
  const registeredName = own('registered_name') ?? null
  const config = own('config') ?? {}
  if (typeof className !== 'string')
    return fail('no class_name in the description', { class_name: className })
  if (registeredName !== null && typeof registeredName !== 'string')
    return fail('a registered_name that is no text in the description', { registered_name: registeredName })
  if (!isConfig(config)) return fail('a config that is no object in the description', { config })
  return { className, registeredName, config }
}
