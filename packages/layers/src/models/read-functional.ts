import type { Config, Json } from '@tapegrad/core'
import { InputLayer } from '../engine/input-layer.ts'
import { type AnyLayer, Layer, type SymbolicApplyOptions } from '../engine/layer.ts'
import { asList, likeInput } from '../engine/lists.ts'
import type { SymbolicTensor, Tensors } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { deserializeObject, isConfig, type SerializableClass } from '../saving/serializable.ts'
import type { FunctionalOptions } from './model-base.ts'
import { failure, type ReadCall, type Reference, readCall, readEnds, refersTo } from './read-calls.ts'

/** A layer of a config, and the calls of it that are to be made. */
interface Entry {
  readonly name: string
  readonly layer: AnyLayer
  readonly calls: readonly ReadCall[]
  /** The outputs of the calls that were made. */
  readonly made: (readonly SymbolicTensor[])[]
  /** The number of calls that were begun. */
  begun: number
}

/**
 * Makes the functional model that a config describes.
 *
 * @param classes The layers that are known without the help of their loader.
 * @throws {@link SerializationError} for layers that are not known, calls that need each other or something that is not there, and entries of the wrong kind.
 */
export function readFunctional<T>(
  config: Config,
  classes: ReadonlyMap<string, SerializableClass<AnyLayer>>,
  make: (options: FunctionalOptions) => T,
): T {
  const read = new ConfigReader('Functional', config)
  const name = read.string('name', null)
  const trainable = read.boolean('trainable', true)
  const list = read.json('layers')
  if (!Array.isArray(list)) throw read.error('the layers are not a list', 'layers')
  const inputs = readEnds('input_layers', read.json('input_layers'))
  const outputs = readEnds('output_layers', read.json('output_layers'))
  read.done()
  const entries = new Map<string, Entry>()
  try {
    for (const json of list as readonly Json[]) {
      const entry = readEntry(json, classes)
      if (entries.has(entry.name)) {
        entry.layer.dispose()
        throw failure('two layers have the same name', { name: entry.name })
      }
      entries.set(entry.name, entry)
    }
    makeCalls(entries)
    const symbols = (ends: ReturnType<typeof readEnds>): SymbolicTensor | readonly SymbolicTensor[] =>
      likeInput(
        ends.references.map((reference) => findEnd(entries, reference)),
        ends.several,
      )
    return make({
      inputs: symbols(inputs),
      outputs: symbols(outputs),
      trainable,
      ...(name === null ? {} : { name }),
    })
  } catch (error) {
    for (const { layer } of entries.values()) layer.dispose()
    throw error
  }
}

function readEntry(json: Json, classes: ReadonlyMap<string, SerializableClass<AnyLayer>>): Entry {
  if (!isConfig(json)) throw failure('an entry of the layers is not an object', { layer: json })
  const own = (key: string): Json | undefined => (Object.hasOwn(json, key) ? json[key] : undefined)
  const nodes = own('inbound_nodes') ?? []
  if (!Array.isArray(nodes)) throw failure('the calls of a layer are not a list', { inbound_nodes: nodes })
  const calls = (nodes as readonly Json[]).map(readCall)
  const layer: unknown = deserializeObject('layer', json, classes)
  if (!(layer instanceof Layer)) throw failure('an object among the layers is not a layer', { object: layer })
  const name = own('name') ?? layer.name
  if (typeof name !== 'string') throw failure('the name of a layer is not a text', { name })
  if (layer instanceof InputLayer && calls.length > 0)
    throw failure('an input is computed from something', { layer: name })
  const made = layer instanceof InputLayer ? [[layer.output]] : []
  return { name, layer: layer as AnyLayer, calls, made, begun: 0 }
}

/** Makes each call after those that it needs; not by recursion, for files may nest deeper than the stack. */
function makeCalls(entries: ReadonlyMap<string, Entry>): void {
  for (const start of entries.values()) {
    while (start.made.length < start.calls.length) {
      const path = [begin(start)]
      for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
        const missing = top.needs.pop()
        if (missing === undefined) {
          path.pop()
          top.entry.made.push(makeCall(entries, top.entry, top.call))
          continue
        }
        const needed = entryOf(entries, missing)
        if (missing.call < needed.made.length) continue
        if (missing.call >= needed.calls.length) throw failure('there is no such call', { ...missing })
        if (needed.begun > needed.made.length)
          throw failure('calls of layers need each other', { layer: needed.name })
        // The call itself is still needed when the one before it is made.
        if (missing.call > needed.made.length) top.needs.push(missing)
        path.push(begin(needed))
      }
    }
  }
}

function begin(entry: Entry): { entry: Entry; call: ReadCall; needs: Reference[] } {
  const call = entry.calls[entry.made.length]!
  entry.begun = entry.made.length + 1
  return { entry, call, needs: refersTo(call).reverse() }
}

function makeCall(
  entries: ReadonlyMap<string, Entry>,
  { layer }: Entry,
  call: ReadCall,
): readonly SymbolicTensor[] {
  const find = (reference: Reference): SymbolicTensor => findSymbol(entries, reference)
  const inputs = call.inputs.map(find)
  const options = call.options(find) as SymbolicApplyOptions<Tensors>
  return asList<SymbolicTensor>(layer.apply(likeInput(inputs, call.takesList), options))
}

function entryOf(entries: ReadonlyMap<string, Entry>, reference: Reference): Entry {
  const found = entries.get(reference.layer)
  if (found !== undefined) return found
  throw failure('a call takes something from a layer that is not there', { ...reference })
}

function findSymbol(entries: ReadonlyMap<string, Entry>, reference: Reference): SymbolicTensor {
  const found = entryOf(entries, reference).made[reference.call]?.[reference.output]
  if (found !== undefined) return found
  throw failure('there is no such output of a call', { ...reference })
}

/** Keras counts the call that made a functional model itself, but only for the ends of a graph. */
function findEnd(entries: ReadonlyMap<string, Entry>, reference: Reference): SymbolicTensor {
  const nested = entryOf(entries, reference).layer.className === 'Functional'
  return findSymbol(entries, nested ? { ...reference, call: reference.call - 1 } : reference)
}
