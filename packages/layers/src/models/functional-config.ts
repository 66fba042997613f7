import { type Config, type Json, SerializationError, Tensor } from '@tapegrad/core'
import type { CallArgument } from '../engine/call-arguments.ts'
import type { Graph } from '../engine/graph.ts'
import type { AnyLayer } from '../engine/layer.ts'
import { isList } from '../engine/lists.ts'
import { toSnakeCase } from '../engine/naming.ts'
import { type SymbolicCall, SymbolicTensor } from '../engine/symbolic-tensor.ts'
import { serializeObject } from '../saving/serializable.ts'

/** Where a tensor comes from: a layer's name, which of its calls, which output of the call. */
type History = readonly [layer: string, call: number, output: number]

/** Layers, their calls, inputs and outputs as Keras 3 writes them. */
export function functionalConfig(
  graph: Graph,
  input: SymbolicTensor | readonly SymbolicTensor[],
  output: SymbolicTensor | readonly SymbolicTensor[],
): Config {
  const histories = findHistories(graph)
  const historyOf = (x: SymbolicTensor): History => histories.get(x)!
  const calls = new Map<AnyLayer, SymbolicCall[]>(graph.layers.map((layer) => [layer, []]))
  for (const call of graph.calls) calls.get(call.layer)!.push(call)
  // Keras counts the call that made a functional model itself, but only here.
  const endOf = (x: SymbolicTensor): Json => {
    const [layer, call, position] = historyOf(x)
    return [layer, isFunctionalLayer(graph, layer) ? call + 1 : call, position]
  }
  const ends = (one: SymbolicTensor | readonly SymbolicTensor[]): Json =>
    isList<SymbolicTensor>(one) ? one.map(endOf) : endOf(one)
  return {
    // The object itself stays: it is known where it came from.
    layers: graph.layers.map((layer) =>
      Object.assign(serializeObject('keras.layers', layer), {
        name: layer.name,
        inbound_nodes: calls.get(layer)!.map((call) => serializeCall(call, historyOf)),
      }),
    ),
    input_layers: ends(input),
    output_layers: ends(output),
  }
}

/** Where each tensor of a graph comes from. */
export function findHistories(graph: Graph): ReadonlyMap<SymbolicTensor, History> {
  const histories = new Map<SymbolicTensor, History>()
  graph.inputs.forEach((x, i) => {
    histories.set(x, [graph.inputLayers[i]!.name, 0, 0])
  })
  const counts = new Map<AnyLayer, number>()
  for (const { layer, outputs } of graph.calls) {
    const index = counts.get(layer) ?? 0
    counts.set(layer, index + 1)
    outputs.forEach((x, position) => {
      // An input of the model may be what one of its calls returns: it is not computed then.
      if (!histories.has(x)) histories.set(x, [layer.name, index, position])
    })
  }
  return histories
}

function isFunctionalLayer(graph: Graph, name: string): boolean {
  return graph.layers.some((layer) => layer.name === name && layer.className === 'Functional')
}

function serializeCall(call: SymbolicCall, historyOf: (x: SymbolicTensor) => History): Json {
  const symbol = (x: SymbolicTensor): Json => ({
    class_name: '__keras_tensor__',
    config: { shape: [...x.shape], dtype: x.dtype, keras_history: [...historyOf(x)] },
  })
  const write = (value: CallArgument): Json => {
    if (value instanceof SymbolicTensor) return symbol(value)
    if (Array.isArray(value)) return (value as readonly CallArgument[]).map(write)
    if (!(value instanceof Tensor)) return value as Json
    throw new SerializationError('a layer is told a tensor with values, which configs cannot hold', {
      op: 'Functional.getConfig',
      received: { layer: call.layer.name, tensor: value },
      hint: 'make it an input of the model',
    })
  }
  const kwargs: Record<string, Json> = call.training === undefined ? {} : { training: call.training }
  for (const [name, value] of Object.entries(call.arguments)) kwargs[toSnakeCase(name)] = write(value)
  const inputs = call.inputs.map(symbol)
  return { args: call.takesList ? [inputs] : inputs, kwargs }
}
