import { type Graph, needsOf } from '../engine/graph.ts'
import type { AnyLayer } from '../engine/layer.ts'
import { likeInput } from '../engine/lists.ts'
import type { SymbolicShape, SymbolicTensor } from '../engine/symbolic-tensor.ts'
import { findHistories } from './functional-config.ts'

/** Whether each call takes what the one before it returned, and nothing else. */
export function isLinear({ inputs, outputs, calls }: Graph): boolean {
  let before: readonly SymbolicTensor[] = inputs
  for (const call of calls) {
    const needs = needsOf(call)
    if (before.length !== 1 || needs.length !== 1 || needs[0] !== before[0]) return false
    before = call.outputs
  }
  return outputs.length === 1 && new Set(calls.map(({ layer }) => layer)).size === calls.length
}

/** What the calls of each layer take, as Keras prints it: `dense[0][0]`. */
export function connectionsOf(graph: Graph): ReadonlyMap<AnyLayer, readonly string[]> {
  const histories = findHistories(graph)
  const connections = new Map<AnyLayer, string[]>()
  for (const call of graph.calls) {
    const names = needsOf(call).map((x) => {
      const [layer, index, output] = histories.get(x)!
      return `${layer}[${index}][${output}]`
    })
    connections.set(call.layer, [...(connections.get(call.layer) ?? []), ...names])
  }
  return connections
}

/** What the first call of each layer returns. */
export function outputShapesOf(
  graph: Graph,
): ReadonlyMap<AnyLayer, SymbolicShape | readonly SymbolicShape[]> {
  const shapes = new Map<AnyLayer, SymbolicShape | readonly SymbolicShape[]>()
  graph.inputLayers.forEach((layer) => {
    shapes.set(layer, layer.batchShape)
  })
  for (const { layer, outputs, returnsList } of graph.calls) {
    if (shapes.has(layer)) continue
    shapes.set(
      layer,
      likeInput(
        outputs.map(({ shape }) => shape),
        returnsList,
      ) as SymbolicShape,
    )
  }
  return shapes
}
