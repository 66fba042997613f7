import { closeScope, openScope } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { cast } from '../ops/cast.ts'
import { sumTo } from '../ops/sum-to.ts'
import { sameShape } from '../tensor/shape.ts'
import { openHandle, type Tensor } from '../tensor/tensor.ts'
import { pickOutput } from './define-list-op.ts'
import { freedTape } from './define-op.ts'
import { dropGradients, type Input, type Node, type OpRecord, releaseNode } from './node.ts'
import { isShared, type Recording, watchedValue } from './recording.ts'

/**
 * Runs the recorded calls backward.
 *
 * @param recording Paused: the gradient's own calls are recorded by the recordings around it alone.
 * @param outputs What was computed, with the gradient that starts at each.
 * @param leaves The nodes of what is differentiated.
 * @param retain Whether the tape stays usable for another pass.
 * @returns The gradient of each leaf, `null` where the outputs do not depend on it. One reference to each belongs to the caller.
 */
export function backward(
  recording: Recording,
  outputs: readonly { readonly y: Tensor; readonly seed: Tensor }[],
  leaves: readonly Node[],
  retain: boolean,
): (Tensor | null)[] {
  const { bit, nodes } = recording
  try {
    for (const { y, seed } of outputs) {
      if (y.node === null || (y.node.mask & bit) === 0) continue
      if (y.node.released) throw freedTape('gradient')
      addGradient(y.node, seed)
    }
    for (let i = nodes.length - 1; i >= 0; i--) {
      const node = nodes[i]!
      if (node.gradient !== null) propagate(node, bit)
      // A watched value that was computed is a leaf and a call: its gradient is asked for.
      if (node.op === watchedValue && leaves.includes(node)) continue
      dropGradients(node)
      // A watched value keeps its place until the recording ends, which restores the former one.
      if (!retain && node.op !== watchedValue && !isShared(node, bit)) releaseNode(node)
      else node.op.forget?.(node)
    }
    return leaves.map(takeGradient)
  } catch (error) {
    // What has arrived so far must not be added to by the next pass, nor by the recordings around.
    for (const node of nodes) {
      dropGradients(node)
      node.op.forget?.(node)
    }
    throw error
  } finally {
    recording.dropLeafGradients()
  }
}

const nothing: readonly Tensor[] = []

/** Another reference to what arrived at a leaf. */
function takeGradient({ gradient }: Node): Tensor | null {
  if (gradient !== null) gradient.refs++
  return gradient
}

function propagate(node: Node, bit: number): void {
  const outer = openScope()
  try {
    if (node.released) throw freedTape(node.op.name)
    const g = openHandle(node.gradient!)
    if (node.op === pickOutput) passToCall(node, g)
    else if (node.op.joint !== null) applyJointRule(node, node.op, g, bit)
    else applyRules(node, node.op, g, bit)
  } finally {
    closeScope(outer, nothing)
  }
}

/** An output of several: its gradient waits at the call for the others'. */
function passToCall(node: Node, g: Tensor): void {
  const call = node.parent0!
  g.refs++
  call.gradients![node.attributes as number] = g
  if (call.gradient !== null) return
  g.refs++
  call.gradient = g
}

function applyJointRule(node: Node, op: OpRecord, g: Tensor, bit: number): void {
  const parents = node.parents ?? [node.parent0, node.parent1]
  const inputs = node.inputs ?? [node.input0, node.input1]
  const needs = parents.map((parent) => isWatched(parent, bit))
  const gradients = op.joint!(g, op.saved(node), needs, node.attributes as never)
  parents.forEach((parent, i) => {
    const gradient = gradients[i] ?? null
    if (needs[i] && gradient !== null) accumulate(parent!, gradient, inputs[i]!)
  })
}

function applyRules(node: Node, op: OpRecord, g: Tensor, bit: number): void {
  const { rules } = op
  const saved = op.saved(node)
  if (node.parents !== null) {
    node.parents.forEach((parent, i) => {
      const rule = rules[i]!
      if (rule !== null && isWatched(parent, bit))
        accumulate(parent, rule(g, saved, node.attributes as never), node.inputs![i]!)
    })
    return
  }
  const { parent0, parent1 } = node
  if (rules[0] && isWatched(parent0, bit))
    accumulate(parent0, rules[0](g, saved, node.attributes as never), node.input0!)
  if (rules[1] && isWatched(parent1, bit))
    accumulate(parent1, rules[1](g, saved, node.attributes as never), node.input1!)
}

function isWatched(parent: Node | null, bit: number): parent is Node {
  return parent !== null && (parent.mask & bit) !== 0
}

/** Adds one call's part of an input's gradient, summed over broadcast axes and in the input's dtype. */
function accumulate(parent: Node, gradient: Tensor, input: Input): void {
  const like = input as Tensor
  let part = gradient
  if (!sameShape(part.shape, like.shape)) part = sumTo(part, like.shape)
  if (part.dtype !== like.dtype) part = cast(part, like.dtype)
  addGradient(parent, part)
}

function addGradient(node: Node, part: Tensor): void {
  const before = node.gradient
  const sum = before === null ? part : add(openHandle(before), openHandle(part))
  // The tape's own reference: the scope of the rule closes the handle.
  sum.refs++
  node.gradient = sum
  before?.unref()
}
