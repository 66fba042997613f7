import { UnsupportedError } from '../errors/index.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { dropGradients, Node, type OpRecord, releaseNode } from './node.ts'

/*
 * Every open gradient computation is a bit and a list of nodes. A call is recorded where an input's node carries
 * the bit of a recording that is active.
 */

/** The bits of the recordings that take calls at this moment; 0 means that ops record nothing at all. */
export let active = 0
/** The bits of all recordings that are not closed, paused ones included. */
let reserved = 0
const lists: Node[][] = []
const automatic: Recording[] = []
const mostRecordings = 31

/** Sets which recordings take calls, and returns which did. */
export function setActive(mask: number): number {
  const before = active
  // A recording may have been closed since the mask was taken.
  active = mask & reserved
  return before
}

/** Whether a gradient computation watches any of the tensors: fused kernels without a gradient must not be used then. */
export function isRecording(...tensors: readonly Tensor[]): boolean {
  return active !== 0 && tensors.some((x) => x.node !== null && (x.node.mask & active) !== 0)
}

/** The nodes made while a checkpointed function runs; null while none does. */
let noted: Node[] | null = null

/** Whether a checkpointed function runs: then what is recorded must be the same each time. */
export function isNoting(): boolean {
  return noted !== null
}

/** Runs a function and gives the nodes that were made in it, in their order. */
export function noteNodes<T>(run: () => T): { readonly result: T; readonly nodes: readonly Node[] } {
  const outer = noted
  const nodes: Node[] = []
  noted = nodes
  try {
    return { result: run(), nodes }
  } finally {
    noted = outer
    if (outer !== null) for (const node of nodes) outer.push(node)
  }
}

/** Runs a function as recordings saw it before, and gives the nodes that it makes for them, which they do not get. */
export function recordApart(recordings: number, run: () => void): readonly Node[] {
  const open = recordings & reserved
  const lengths = lists.map((nodes) => nodes.length)
  const outer = noted
  const before = setActive(open)
  const nodes: Node[] = []
  noted = nodes
  try {
    run()
  } catch (error) {
    nodes.forEach(releaseNode)
    throw error
  } finally {
    noted = outer
    setActive(before)
    lengths.forEach((length, i) => {
      if (open & (1 << i)) lists[i]!.length = length
    })
  }
  return nodes.filter(({ mask }) => (mask & open) !== 0)
}

/** Adds a node to the lists of recordings. */
export function enlist(node: Node, recordings: number): void {
  if (noted !== null) noted.push(node)
  let bits = recordings
  while (bits !== 0) {
    const index = 31 - Math.clz32(bits)
    lists[index]!.push(node)
    bits ^= 1 << index
  }
}

/** Whether another open recording than `bit` may still run through the node. */
export function isShared(node: Node, bit: number): boolean {
  return (node.mask & ~bit & reserved) !== 0
}

/** The record of leaves: values that a recording watches. */
export const watchedValue: OpRecord = {
  name: 'identity',
  savedInputs: 0,
  savesOutput: false,
  rules: [(g) => g],
  joint: null,
  saved: () => undefined as never,
}

/** What a recording has before its first call and after its last. */
const noNodes: readonly Node[] = []

/** One gradient computation: what it watches and what was called since. */
export class Recording {
  readonly bit: number
  /** The calls, in their order. */
  nodes: readonly Node[]
  /** The watched values: each as the input of its node, whose parent is its former place on the tape. */
  #leaves: Node[] = []
  /** The same by tensor, made when somebody asks. */
  #byTensor: Map<Tensor, Node> | null = null
  #isClosed = false

  constructor() {
    let index = 0
    while (reserved & (1 << index)) index++
    if (index >= mostRecordings) {
      throw new UnsupportedError('too many gradient computations are open at once', {
        op: 'grad',
        expected: `at most ${mostRecordings}`,
        hint: 'dispose gradient tapes and pullbacks that are done',
      })
    }
    this.bit = 1 << index
    const nodes: Node[] = []
    this.nodes = nodes
    lists[index] = nodes
    reserved |= this.bit
    active |= this.bit
  }

  /** Makes a tensor a leaf: its gradient is collected in the returned node. */
  watch(tensor: Tensor): Node {
    const before = tensor.node
    // What has no place on any tape is not watched.
    const known = before === null ? undefined : this.leafOf(tensor)
    if (known !== undefined) return known
    // For the recordings around this one, and for this one where it recorded how the tensor was computed, the leaf is
    // a call of the identity.
    const recordings = before === null ? 0 : before.mask & active
    const leaf = new Node(watchedValue, undefined, this.bit | recordings)
    leaf.input0 = tensor
    leaf.parent0 = before
    enlist(leaf, recordings)
    this.#leaves.push(leaf)
    this.#byTensor?.set(tensor, leaf)
    tensor.node = leaf
    return leaf
  }

  /** The leaf of a watched tensor. */
  leafOf(tensor: Tensor): Node | undefined {
    this.#byTensor ??= new Map(this.#leaves.map((leaf) => [leaf.input0 as Tensor, leaf]))
    return this.#byTensor.get(tensor)
  }

  /** Watches every variable that is made from now on. */
  watchNewVariables(): void {
    automatic.push(this)
  }

  pause(): void {
    active &= ~this.bit
  }

  resume(): void {
    active |= this.bit
  }

  /** Forgets what arrived at the leaves: a gradient that nobody asked for must not be added to the next one. */
  dropLeafGradients(): void {
    for (const leaf of this.#leaves) dropGradients(leaf)
  }

  /** Gives everything back: nodes, what they saved, and the watched tensors' former places. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const leaf of this.#leaves) {
      const tensor = leaf.input0 as Tensor
      if (tensor.node === leaf) tensor.node = leaf.parent0
      // Where it is not shared, its parents go: recordings that overlap would leave a chain of them.
      if (isShared(leaf, this.bit)) dropGradients(leaf)
      else releaseNode(leaf)
      leaf.mask &= ~this.bit
    }
    for (const node of this.nodes) {
      if (!isShared(node, this.bit)) releaseNode(node)
      node.mask &= ~this.bit
    }
    // Other arrays in their place: shortening one is a call into the engine.
    this.nodes = noNodes
    this.#leaves = []
    this.#byTensor = null
    if (automatic.length > 0) {
      const position = automatic.indexOf(this)
      if (position >= 0) automatic.splice(position, 1)
    }
    active &= ~this.bit
    reserved &= ~this.bit
  }
}

/** The safety net: a recording whose owner was collected without being disposed would stay open for good. */
const forgotten: FinalizationRegistry<() => void> = /* @__PURE__ */ new FinalizationRegistry((end) => end())

/** Calls `end`, which must not hold the owner, when the owner is collected. It may have been called before. */
export function endWhenCollected(owner: object, end: () => void): void {
  forgotten.register(owner, end)
}

/** A variable was made: recordings that watch all variables watch it too. */
export function watchNewVariable(variable: Tensor & { trainable: boolean }): void {
  if (!isTrainable(variable)) return
  for (const recording of automatic) recording.watch(variable)
}

/** Whether gradients flow to a variable: `trainable` may have been set on one of integers. */
export function isTrainable(variable: Tensor & { trainable: boolean }): boolean {
  return variable.trainable && isFloat(variable.dtype)
}
