import { type Json, SerializationError } from '@tapegrad/core'
import type { CallArgument, CallArguments } from '../engine/call-arguments.ts'
import type { SymbolicTensor } from '../engine/symbolic-tensor.ts'
import { isConfig } from '../saving/serializable.ts'
import { toCamelCase } from '../saving/wire-names.ts'

/** Which output of which call of which layer a config means. */
export interface Reference {
  readonly layer: string
  readonly call: number
  readonly output: number
}

/** A call of a layer as a config describes it. */
export interface ReadCall {
  readonly inputs: readonly Reference[]
  readonly takesList: boolean
  /** What else the call is told, with the tensors that are found for references. */
  options(find: (reference: Reference) => SymbolicTensor): CallArguments
  /** The references among what else it is told. */
  readonly others: readonly Reference[]
}

/** The ends of a graph: one, or several. */
export interface Ends {
  readonly references: readonly Reference[]
  readonly several: boolean
}

/** An error about the config of a functional model. */
export function failure(what: string, received: Readonly<Record<string, unknown>>): SerializationError {
  return new SerializationError(what, { op: 'Functional', received })
}

/** All that a call needs. */
export function refersTo(call: ReadCall): Reference[] {
  return [...call.inputs, ...call.others]
}

/** Reads `input_layers` or `output_layers`: `['x', 0, 0]`, or a list of such. */
export function readEnds(key: string, json: Json): Ends {
  if (!Array.isArray(json) || json.length === 0) throw failure(`${key} is not a list`, { [key]: json })
  if (typeof json[0] === 'string') return { references: [readHistory(json)], several: false }
  return { references: (json as readonly Json[]).map(readHistory), several: true }
}

/** Reads an inbound node, as Keras 3 writes it or as Keras 2 did. */
export function readCall(json: Json): ReadCall {
  if (Array.isArray(json)) return readOldCall(json as readonly Json[])
  const args = ownOf(json, 'args')
  const kwargs = ownOf(json, 'kwargs') ?? {}
  if (!Array.isArray(args) || !isConfig(kwargs)) throw failure('this is no call of a layer', { call: json })
  const [first] = args as readonly Json[]
  // Layers that Keras calls on several tensors take a list here.
  const takesList = args.length !== 1 || Array.isArray(first)
  const list = (args.length === 1 && Array.isArray(first) ? first : args) as readonly Json[]
  return makeRead(list.map(readTensor), takesList, kwargs)
}

function readOldCall(list: readonly Json[]): ReadCall {
  const kwargs = Array.isArray(list[0]) ? ((list[0] as readonly Json[])[3] ?? {}) : {}
  if (!isConfig(kwargs)) throw failure('this is no call of a layer', { call: list as Json })
  const inputs = list.map((entry) => readHistory(Array.isArray(entry) ? entry.slice(0, 3) : entry))
  return makeRead(inputs, inputs.length !== 1, kwargs)
}

function makeRead(
  inputs: readonly Reference[],
  takesList: boolean,
  kwargs: Readonly<Record<string, Json>>,
): ReadCall {
  if (inputs.length === 0) throw failure('a layer is called on nothing', {})
  const others: Reference[] = []
  const values = new Map<string, Told>()
  for (const [name, value] of Object.entries(kwargs)) {
    if (name === 'training' && value === null) continue
    values.set(toCamelCase(name), readArgument(value, others, 0))
  }
  return {
    inputs,
    takesList,
    others,
    options: (find) => Object.fromEntries([...values].map(([name, told]) => [name, told(find)])),
  }
}

type Told = (find: (reference: Reference) => SymbolicTensor) => CallArgument

const deepest = 8

function readArgument(json: Json, others: Reference[], depth: number): Told {
  if (depth > deepest) throw failure('what a call is told is nested too deep', {})
  if (Array.isArray(json)) {
    const entries = (json as readonly Json[]).map((entry) => readArgument(entry, others, depth + 1))
    return (find) => entries.map((entry) => entry(find))
  }
  if (isConfig(json)) {
    const reference = readTensor(json)
    others.push(reference)
    return (find) => find(reference)
  }
  return () => json as string | number | boolean | null
}

function readTensor(json: Json): Reference {
  if (ownOf(json, 'class_name') !== '__keras_tensor__')
    throw failure('a layer is called on something that is not a tensor', { input: json })
  return readHistory(ownOf(ownOf(json, 'config') ?? null, 'keras_history') ?? null)
}

function readHistory(json: Json): Reference {
  const [layer, call, output, ...others] = (Array.isArray(json) ? json : []) as readonly Json[]
  if (typeof layer === 'string' && isIndex(call) && isIndex(output) && others.length === 0)
    return { layer, call, output }
  throw failure('this does not say which output of a layer is meant', {
    keras_history: json,
    expected: '[layer, call, output]',
  })
}

function isIndex(json: Json | undefined): json is number {
  return typeof json === 'number' && Number.isSafeInteger(json) && json >= 0
}

function ownOf(json: Json, key: string): Json | undefined {
  return isConfig(json) && Object.hasOwn(json, key) ? json[key] : undefined
}
