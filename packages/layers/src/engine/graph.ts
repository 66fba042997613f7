import { ArgumentError } from '@tapegrad/core'
import { symbolicArguments } from './call-arguments.ts'
import { InputLayer } from './input-layer.ts'
import type { AnyLayer } from './layer.ts'
import { type SymbolicCall, SymbolicTensor } from './symbolic-tensor.ts'

/** The calls of layers that lead from some symbolic tensors to others. */
export interface Graph {
  readonly inputs: readonly SymbolicTensor[]
  readonly outputs: readonly SymbolicTensor[]
  /** A layer for each input: the one that made it, or one that stands in for the calls before it. */
  readonly inputLayers: readonly InputLayer[]
  /** The calls, each after those that it takes something from. */
  readonly calls: readonly SymbolicCall[]
  /** For each call, the tensors that nothing needs after it. */
  readonly lastUses: readonly (readonly SymbolicTensor[])[]
  /** The layers in Keras's order, which is also that of the weights: the farthest from the outputs first. */
  readonly layers: readonly AnyLayer[]
}

/**
 * Finds the calls between tensors.
 *
 * @throws {@link ArgumentError} where something else than the inputs is needed, for inputs that come twice, for what is not a symbolic tensor, and for two layers of one name.
 */
export function makeGraph(
  op: string,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): Graph {
  checkSymbols(op, 'inputs', inputs)
  checkSymbols(op, 'outputs', outputs)
  const inputLayers = inputs.map(inputLayerOf)
  const sources = new Map(inputs.map((x, i) => [x, inputLayers[i]!.output.call!] as const))
  if (sources.size < inputs.length)
    throw new ArgumentError('an input comes twice', { op, received: { inputs: inputs.map(nameOf) } })
  const { order, ranks } = traverse(op, sources, outputs)
  const layers = sortLayers(sources, order, ranks)
  checkNames(op, layers)
  const starts = new Set(sources.values())
  const calls = order.filter((call) => !starts.has(call))
  return { inputs, outputs, inputLayers, calls, lastUses: findLastUses(calls, inputs, outputs), layers }
}

/** The symbolic tensors that a call needs: its inputs, and those among its arguments. */
export function needsOf(call: SymbolicCall): readonly SymbolicTensor[] {
  return [...call.inputs, ...symbolicArguments(call.arguments)]
}

interface Traversal {
  /** Each call after those that it needs. */
  readonly order: readonly SymbolicCall[]
  /** When each layer was met first. */
  readonly ranks: ReadonlyMap<AnyLayer, number>
}

function traverse(
  op: string,
  sources: ReadonlyMap<SymbolicTensor, SymbolicCall>,
  outputs: readonly SymbolicTensor[],
): Traversal {
  const order: SymbolicCall[] = []
  const seen = new Set<SymbolicCall>()
  const ranks = new Map<AnyLayer, number>()
  // Not by recursion: graphs may be deeper than the stack.
  const path: { readonly call: SymbolicCall; readonly needs: readonly SymbolicTensor[]; next: number }[] = []
  const enter = (x: SymbolicTensor): void => {
    const source = sources.get(x)
    const call = source ?? x.call
    if (source === undefined && (call === null || call.inputs.length === 0)) throw disconnected(op, x, path)
    if (call === null || seen.has(call)) return
    seen.add(call)
    if (!ranks.has(call.layer)) ranks.set(call.layer, ranks.size)
    path.push({ call, needs: source === undefined ? needsOf(call) : [], next: 0 })
  }
  for (const output of outputs) {
    enter(output)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      if (top.next < top.needs.length) enter(top.needs[top.next++]!)
      else order.push(path.pop()!.call)
    }
  }
  return { order, ranks }
}

function sortLayers(
  sources: ReadonlyMap<SymbolicTensor, SymbolicCall>,
  order: readonly SymbolicCall[],
  ranks: ReadonlyMap<AnyLayer, number>,
): readonly AnyLayer[] {
  const layerDepths = new Map<AnyLayer, number>()
  const callDepths = new Map<SymbolicCall, number>()
  const starts = new Set(sources.values())
  for (const call of [...order].reverse()) {
    const depth = Math.max(callDepths.get(call) ?? 0, layerDepths.get(call.layer) ?? 0)
    layerDepths.set(call.layer, depth)
    if (starts.has(call)) continue
    for (const x of needsOf(call)) {
      const before = sources.get(x) ?? x.call!
      callDepths.set(before, Math.max(callDepths.get(before) ?? 0, depth + 1))
    }
  }
  for (const { layer } of starts) if (!layerDepths.has(layer)) layerDepths.set(layer, 0)
  const rank = (layer: AnyLayer): number => ranks.get(layer) ?? -1
  return [...layerDepths]
    .sort(([a, aDepth], [b, bDepth]) => bDepth - aDepth || rank(a) - rank(b))
    .map(([layer]) => layer)
}

function findLastUses(
  calls: readonly SymbolicCall[],
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): readonly (readonly SymbolicTensor[])[] {
  const lasting = new Set([...inputs, ...outputs])
  const last = new Map<SymbolicTensor, number>()
  calls.forEach((call, i) => {
    for (const x of [...needsOf(call), ...call.outputs]) if (!lasting.has(x)) last.set(x, i)
  })
  const lastUses: SymbolicTensor[][] = calls.map(() => [])
  for (const [x, i] of last) lastUses[i]!.push(x)
  return lastUses
}

function inputLayerOf(x: SymbolicTensor): InputLayer {
  const layer = x.call?.layer
  if (layer instanceof InputLayer) return layer
  return new InputLayer({ batchShape: x.shape, dtype: x.dtype })
}

function checkSymbols(op: string, name: string, list: readonly unknown[]): void {
  const wrong = list.findIndex((x) => !(x instanceof SymbolicTensor))
  if (list.length > 0 && wrong < 0) return
  throw new ArgumentError(`${name} has something that is not a symbolic tensor`, {
    op,
    received: { [name]: list.length === 0 ? list : list[wrong] },
    expected: 'a symbolic tensor, or a list of them that is not empty',
    hint: 'symbolic tensors come from input({ shape }) and from layers that are applied to them',
  })
}

function checkNames(op: string, layers: readonly AnyLayer[]): void {
  const names = new Set<string>()
  for (const { name } of layers) {
    if (names.has(name)) {
      throw new ArgumentError('two layers have the same name', {
        op,
        received: { name },
        hint: 'give one of them another name',
      })
    }
    names.add(name)
  }
}

function disconnected(
  op: string,
  x: SymbolicTensor,
  path: readonly { readonly call: SymbolicCall }[],
): ArgumentError {
  const consumer = path.at(-1)?.call.layer.name
  return new ArgumentError('the outputs depend on something that is not among the inputs', {
    op,
    received: { tensor: nameOf(x), ...(consumer === undefined ? {} : { neededBy: consumer }) },
    hint: 'add it to the inputs',
  })
}

function nameOf(x: SymbolicTensor): string {
  return x.call === null ? x.name : x.call.layer.name
}
