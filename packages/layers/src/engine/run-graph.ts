import type { Tensor } from '@tapegrad/core'
import { mapArguments, type SymbolicArguments } from './call-arguments.ts'
import { anotherHandle } from './call-tensors.ts'
import type { Graph } from './graph.ts'
import { asList, likeInput } from './lists.ts'
import { getMask, setMask } from './masks.ts'
import { type SymbolicCall, type SymbolicShape, SymbolicTensor } from './symbolic-tensor.ts'

/**
 * Makes the calls of a graph on tensors.
 *
 * @param masks The masks of the inputs.
 * @returns The outputs. What came about on the way is disposed as soon as nothing needs it.
 */
export function runGraph(
  graph: Graph,
  inputs: readonly Tensor[],
  masks: readonly (Tensor | null)[],
): readonly Tensor[] {
  const values = new Map(graph.inputs.map((x, i) => [x, inputs[i]!] as const))
  const inputMasks = new Map(graph.inputs.map((x, i) => [x, masks[i] ?? null] as const))
  const maskOf = (x: SymbolicTensor): Tensor | null =>
    inputMasks.has(x) ? inputMasks.get(x)! : getMask(values.get(x)!)
  graph.calls.forEach((call, i) => {
    const told = mapArguments(call.arguments, (x) => (x instanceof SymbolicTensor ? values.get(x)! : x))
    const taken = likeInput(
      call.inputs.map((x) => values.get(x)!),
      call.takesList,
    )
    const taking = call.inputs.some((x) => inputMasks.has(x))
    const output = call.layer.apply(taken, {
      ...(taking ? { mask: call.takesList ? call.inputs.map(maskOf) : maskOf(call.inputs[0]!) } : {}),
      ...(call.training === undefined ? {} : { training: call.training }),
      ...told,
    })
    asList<Tensor>(output).forEach((value, position) => {
      const x = call.outputs[position]!
      // An input of the model may be what one of the calls returns besides what is wanted of it.
      if (inputMasks.has(x)) value.dispose()
      else values.set(x, value)
    })
    // Gradient computations hold what they need themselves.
    for (const x of graph.lastUses[i]!) values.get(x)!.dispose()
  })
  const returned = new Set<Tensor>(inputs)
  return graph.outputs.map((x) => {
    const value = values.get(x)!
    if (!returned.has(value)) {
      returned.add(value)
      return value
    }
    const handle = anotherHandle(value)
    setMask(handle, maskOf(x))
    return handle
  })
}

/** The shapes of the outputs of a graph for inputs of these shapes. */
export function graphShapes(graph: Graph, shapes: readonly SymbolicShape[]): readonly SymbolicShape[] {
  const declared = graph.inputs.every(({ shape }, i) => sameSymbolicShape(shape, shapes[i]!))
  if (declared) return graph.outputs.map(({ shape }) => shape)
  const found = new Map(graph.inputs.map((x, i) => [x, shapes[i]!] as const))
  for (const call of graph.calls) {
    const output = callShapes(call, found)
    call.outputs.forEach((x, i) => {
      found.set(x, output[i]!)
    })
  }
  return graph.outputs.map((x) => found.get(x)!)
}

function callShapes(
  call: SymbolicCall,
  found: ReadonlyMap<SymbolicTensor, SymbolicShape>,
): readonly SymbolicShape[] {
  const told = mapArguments(call.arguments, (x) =>
    x instanceof SymbolicTensor ? new SymbolicTensor(found.get(x)!, x.dtype) : x,
  )
  const taken = call.inputs.map((x) => found.get(x)!)
  const output = call.layer.computeOutputShape(
    call.takesList ? taken : taken[0]!,
    told as SymbolicArguments<object>,
  )
  const several = output.some((entry) => Array.isArray(entry))
  return (several ? output : [output]) as readonly SymbolicShape[]
}

function sameSymbolicShape(a: SymbolicShape, b: SymbolicShape): boolean {
  return a.length === b.length && a.every((side, i) => side === b[i])
}
