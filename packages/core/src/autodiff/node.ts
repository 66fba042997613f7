import type { Tensor } from '../tensor/tensor.ts'

/** An argument of a recorded call: numbers take part in the value but get no gradient. */
export type Input = Tensor | number

/** How one input's gradient follows from the output's; `null` for inputs that have none. */
export type GradientRule = ((g: Tensor, saved: never, attributes: never) => Tensor) | null

/** One rule for all inputs; where `needs[i]` is false, null may be returned. */
export type JointGradientRule = (
  g: Tensor,
  saved: never,
  needs: readonly boolean[],
  attributes: never,
) => readonly (Tensor | null)[]

/** What the tape knows of an op, made once when it is defined. */
export interface OpRecord {
  readonly name: string
  /** Bit i: input i is saved for the rules. */
  readonly savedInputs: number
  readonly savesOutput: boolean
  readonly rules: readonly GradientRule[]
  readonly joint: JointGradientRule | null
  /** The object through which rules read what was saved. */
  readonly saved: (node: Node) => never
  /** Where saved values can be computed again: gives them back for now. */
  readonly forget?: (node: Node) => void
}

/**
 * One recorded call.
 *
 * Every field is set in the constructor, and two inputs lie inline, so that all nodes share one hidden class:
 * arrays and maps for each call would cost more than the arithmetic of small ops.
 */
export class Node {
  op: OpRecord
  readonly attributes: unknown
  /** The recordings that this call belongs to, one bit each. */
  mask: number
  /** The gradient that has arrived so far. */
  gradient: Tensor | null = null
  /** For ops with several outputs: one gradient each. */
  gradients: (Tensor | null)[] | null = null
  released = false
  /** The nodes that made the inputs. */
  parent0: Node | null = null
  parent1: Node | null = null
  parents: readonly (Node | null)[] | null = null
  /** The inputs themselves: their shapes and dtypes, and, where pinned, their values. */
  input0: Input | null = null
  input1: Input | null = null
  inputs: readonly Input[] | null = null
  output: Tensor | null = null
  /** What a custom gradient uses besides: disposed with the node. */
  residuals: readonly { dispose(): void }[] | null = null

  constructor(op: OpRecord, attributes: unknown, mask: number) {
    this.op = op
    this.attributes = attributes
    this.mask = mask
  }
}

/** Gives back what a node holds: saved values, a gradient that was not used, its parents. */
export function releaseNode(node: Node): void {
  if (node.released) return
  node.released = true
  dropSaved(node)
  dropGradients(node)
  node.parent0 = node.parent1 = node.parents = null
  node.input0 = node.input1 = node.inputs = node.output = null
}

/** Gives back saved values; the shapes and dtypes of the inputs stay known. */
export function dropSaved(node: Node): void {
  const { savedInputs, savesOutput } = node.op
  if (savedInputs & 1) unpin(node.inputs === null ? node.input0 : node.inputs[0]!)
  if (savedInputs & 2) unpin(node.inputs === null ? node.input1 : node.inputs[1]!)
  if (savedInputs > 3) {
    node.inputs!.forEach((input, i) => {
      if (i > 1 && savedInputs & (1 << i)) unpin(input)
    })
  }
  if (savesOutput) unpin(node.output)
  if (node.residuals === null) return
  for (const residual of node.residuals) residual.dispose()
  node.residuals = null
}

/** Forgets the gradients that have arrived at a node. */
export function dropGradients(node: Node): void {
  node.gradient?.unref()
  node.gradient = null
  if (node.gradients === null) return
  node.gradients.forEach((gradient) => gradient?.unref())
  node.gradients.fill(null)
}

function unpin(input: Input | null): void {
  if (input !== null && typeof input !== 'number') input.unref()
}
