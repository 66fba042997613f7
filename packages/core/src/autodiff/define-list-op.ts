import { ArgumentError } from '../errors/index.ts'
import type { DType } from '../tensor/dtype.ts'
import { openHandle, type Tensor } from '../tensor/tensor.ts'
import { forwardUnrecorded, nodeOf, recordingsOf } from './define-op.ts'
import { checkInput } from './inputs.ts'
import { Node, type OpRecord } from './node.ts'
import { enlist } from './recording.ts'

/** How an op of any number of tensors is described. Its rule sees the inputs' shapes, not their values. */
export interface ListOpSpec<Attributes, Out extends DType> {
  readonly name: string
  readonly forward: (inputs: readonly Tensor[], attributes: Attributes) => Tensor<Out>
  /** The gradients of all inputs; where `needs[i]` is false, null may be returned. */
  readonly vjpAll: (
    g: Tensor,
    inputs: readonly Pick<Tensor, 'shape' | 'dtype'>[],
    needs: readonly boolean[],
    attributes: Attributes,
  ) => readonly (Tensor | null)[]
}

/** Defines a differentiable op of a list of tensors, such as `concat`. */
export function defineListOp<Attributes, Out extends DType = DType>(
  spec: ListOpSpec<Attributes, Out>,
): (inputs: readonly Tensor[], attributes: Attributes) => Tensor<Out> {
  const record = makeRecord(spec.name, (g, node, needs, attributes) =>
    spec.vjpAll(g, node.inputs as Tensor[], needs, attributes as Attributes),
  )
  return (inputs, attributes) => {
    const mask = checkInputs(spec.name, inputs)
    if (mask === 0) return spec.forward(inputs, attributes)
    const out = forwardUnrecorded(spec.forward as never, inputs, attributes)
    recordInputs(record, out, mask, inputs, attributes)
    return out as Tensor<Out>
  }
}

/** How an op with several outputs is described. */
export interface MultiOpSpec<Attributes> {
  readonly name: string
  readonly forward: (inputs: readonly Tensor[], attributes: Attributes) => readonly Tensor[]
  /** From the outputs' gradients, null where an output was not used, the inputs' gradients. */
  readonly vjpAll: (
    gradients: readonly (Tensor | null)[],
    inputs: readonly Pick<Tensor, 'shape' | 'dtype'>[],
    needs: readonly boolean[],
    attributes: Attributes,
  ) => readonly (Tensor | null)[]
}

/**
 * Defines a differentiable op with several outputs, such as `split`.
 *
 * One node belongs to the call and one light node to each output, so ops with one output pay nothing for it.
 */
export function defineMultiOp<Attributes>(
  spec: MultiOpSpec<Attributes>,
): (inputs: readonly Tensor[], attributes: Attributes) => readonly Tensor[] {
  const record = makeRecord(spec.name, (_g, node, needs, attributes) =>
    spec.vjpAll(node.gradients!.map(openOrNull), node.inputs as Tensor[], needs, attributes as Attributes),
  )
  return (inputs, attributes) => {
    const mask = checkInputs(spec.name, inputs)
    if (mask === 0) return spec.forward(inputs, attributes)
    let outputs: readonly Tensor[] = []
    forwardUnrecorded((() => {
      outputs = spec.forward(inputs, attributes)
      return outputs[0]!
    }) as never)
    if (outputs.length === 0) return outputs
    const call = recordInputs(record, outputs[0]!, mask, inputs, attributes)
    call.gradients = outputs.map(() => null)
    outputs.forEach((output, i) => {
      const picked = new Node(pickOutput, i, mask)
      picked.parent0 = call
      output.node = picked
      enlist(picked, mask)
    })
    return outputs
  }
}

/** The handles belong to the steps of the backward pass that made them, and may be closed. */
function openOrNull(g: Tensor | null): Tensor | null {
  return g === null ? null : openHandle(g)
}

/** The record of one output of a call with several. */
export const pickOutput: OpRecord = {
  name: 'output',
  savedInputs: 0,
  savesOutput: false,
  rules: [(g) => g],
  joint: null,
  saved: () => undefined as never,
}

type ListRule = (
  g: Tensor,
  node: Node,
  needs: readonly boolean[],
  attributes: unknown,
) => readonly (Tensor | null)[]

function makeRecord(name: string, rule: ListRule): OpRecord {
  return {
    name,
    savedInputs: 0,
    savesOutput: false,
    rules: [],
    joint: rule as never,
    saved: (node) => node as never,
  }
}

function checkInputs(op: string, inputs: readonly Tensor[]): number {
  if (!Array.isArray(inputs)) {
    throw new ArgumentError('the first argument is not an array of tensors', { op, received: { inputs } })
  }
  let mask = 0
  inputs.forEach((input, i) => {
    checkInput(op, `inputs[${i}]`, input)
    mask |= recordingsOf(input)
  })
  return mask
}

function recordInputs(
  record: OpRecord,
  out: Tensor,
  mask: number,
  inputs: readonly Tensor[],
  attributes: unknown,
): Node {
  const node = new Node(record, attributes, mask)
  node.parents = inputs.map(nodeOf)
  node.inputs = [...inputs]
  out.node = node
  enlist(node, mask)
  return node
}
