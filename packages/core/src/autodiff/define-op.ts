import { DisposedError } from '../errors/index.ts'
import type { DType } from '../tensor/dtype.ts'
import { openHandle, type Tensor, unscopedHandle } from '../tensor/tensor.ts'
import { Variable } from '../tensor/variable.ts'
import { checkInput } from './inputs.ts'
import { type GradientRule, type Input, type JointGradientRule, Node, type OpRecord } from './node.ts'
import { active, enlist, setActive } from './recording.ts'

type Each<Names extends readonly string[], T> = { [K in keyof Names]: T }

/** What a gradient rule may read: the inputs and outputs that the op saves. */
export type Saved<S extends string, T> = { readonly [K in S]: K extends 'out' ? Tensor : T }

/** How an op is described: its value and its gradient, side by side. */
export interface OpSpec<
  Names extends readonly string[],
  S extends string,
  T,
  Attributes extends readonly unknown[],
  Out extends DType,
> {
  readonly name: string
  /** The inputs' names, in the order of the call. */
  readonly inputs: Names
  /** Computes the value as a new tensor, never an input itself. Nothing is recorded meanwhile, unless the op has no rule: then its parts are. */
  readonly forward: (...args: [...Each<Names, T>, ...Attributes]) => Tensor<Out>
  /** What the rules may read: names of inputs, or `'out'`. Everything else can be freed early. */
  readonly save?: readonly S[]
  /**
   * For each input the gradient of the loss with respect to it, from the gradient `g` with respect to the output;
   * `null` where there is none. Written in public ops, so that it can be differentiated again. Broadcast inputs
   * are summed afterwards, centrally.
   */
  readonly vjp?: {
    readonly [K in Names[number]]:
      | null
      | ((g: Tensor, saved: Saved<S, T>, ...attributes: Attributes) => Tensor)
  }
  /** One rule for all inputs at once; where `needs[i]` is false, return null. */
  readonly vjpAll?: (
    g: Tensor,
    saved: Saved<S, T>,
    needs: readonly boolean[],
    ...attributes: Attributes
  ) => readonly (Tensor | null)[]
}

/**
 * Defines a differentiable op of tensors.
 *
 * @returns The op, a plain function.
 * @example
 * ```ts
 * const cube = defineOp({
 *   name: 'cube',
 *   inputs: ['x'],
 *   save: ['x'],
 *   forward: (x) => mul(x, square(x)),
 *   vjp: { x: (g, { x }) => mul(g, mul(3, square(x))) },
 * })
 * ```
 */
export function defineOp<
  const Names extends readonly string[],
  S extends Names[number] | 'out' = never,
  Out extends DType = DType,
>(spec: OpSpec<Names, S, Tensor, [], Out>): (...inputs: Each<Names, Tensor>) => Tensor<Out> {
  return define(spec as unknown as AnySpec, false) as never
}

/** Like {@link defineOp}, for ops that take numbers in place of tensors. */
export function defineArith<
  const Names extends readonly string[],
  S extends Names[number] | 'out' = never,
  Out extends DType = DType,
>(spec: OpSpec<Names, S, Input, [], Out>): (...inputs: Each<Names, Input>) => Tensor<Out> {
  return define(spec as unknown as AnySpec, true) as never
}

/** Like {@link defineOp}, for ops that take attributes (axes, a shape) after the tensors. Attributes hold no tensors. */
export function defineOpWith<
  const Names extends readonly string[],
  Attributes,
  S extends Names[number] | 'out' = never,
  Out extends DType = DType,
>(
  spec: OpSpec<Names, S, Tensor, [attributes: Attributes], Out>,
): (...args: [...Each<Names, Tensor>, attributes: Attributes]) => Tensor<Out> {
  return define(spec as unknown as AnySpec, false) as never
}

/** {@link OpSpec} as the run time sees it: the types of inputs and rules are checked at the entry points. */
interface AnySpec {
  readonly name: string
  readonly inputs: readonly string[]
  readonly save?: readonly string[]
  readonly forward: (...args: unknown[]) => Tensor
  readonly vjp?: Readonly<Record<string, GradientRule>>
  readonly vjpAll?: JointGradientRule
}

function define(spec: AnySpec, takesNumbers: boolean): (...args: never[]) => Tensor {
  const record = makeRecord(spec)
  const { forward } = spec
  const differentiable = spec.vjp !== undefined || spec.vjpAll !== undefined
  if (!differentiable) return withInputChecks(spec, takesNumbers)
  if (spec.inputs.length === 1) return defineUnary(record, spec, forward, takesNumbers)
  if (spec.inputs.length === 2) return defineBinary(record, spec, forward, takesNumbers)
  return defineNary(record, spec, forward, takesNumbers)
}

function makeRecord(spec: AnySpec): OpRecord {
  const saved = spec.save ?? []
  const savedInputs = spec.inputs.reduce(
    (bits, name, i) => (saved.includes(name) ? bits | (1 << i) : bits),
    0,
  )
  // A class for each op: rules read `saved.x` through a getter, and nothing is copied when a call is recorded.
  // Its field is declared and not defined: initializers of fields are calls, which are not inlined.
  class SavedOfNode {
    declare readonly node: Node
    constructor(node: Node) {
      this.node = node
    }
  }
  const expose = (name: string, read: (node: Node) => Input | null): void => {
    Object.defineProperty(SavedOfNode.prototype, name, {
      get(this: SavedOfNode) {
        return usable(spec.name, read(this.node), this.node)
      },
    })
  }
  spec.inputs.forEach((name, i) => {
    if ((savedInputs & (1 << i)) === 0) return
    if (spec.inputs.length > 2) expose(name, (node) => node.inputs?.[i] ?? null)
    else expose(name, i === 0 ? (node) => node.input0 : (node) => node.input1)
  })
  const savesOutput = saved.includes('out')
  if (savesOutput) expose('out', (node) => node.output)
  return {
    name: spec.name,
    savedInputs,
    savesOutput,
    rules: spec.inputs.map((name) => spec.vjp?.[name] ?? null),
    joint: spec.vjpAll ?? null,
    saved: (node) => new SavedOfNode(node) as never,
  }
}

/** A saved value as a rule may use it: where its handle was disposed, a new one. */
function usable(op: string, input: Input | null, node: Node): Input {
  if (node.released || input === null) throw freedTape(op)
  return typeof input === 'number' ? input : openHandle(input)
}

/** The error for a second backward pass. */
export function freedTape(op: string): DisposedError {
  return new DisposedError('the tape was already used for a gradient and freed', {
    op,
    hint: 'compute all gradients in one call, or make the tape with { persistent: true }',
  })
}

type AnyOp = (...args: never[]) => Tensor
type AnyForward = (...args: unknown[]) => Tensor

function withInputChecks(spec: AnySpec, takesNumbers: boolean): AnyOp {
  const { name, inputs, forward } = spec
  return ((...args: unknown[]) => {
    for (let i = 0; i < inputs.length; i++) checkInput(name, inputs[i]!, args[i], takesNumbers)
    return forward(...args)
  }) as AnyOp
}

function defineUnary(record: OpRecord, spec: AnySpec, forward: AnyForward, takesNumbers: boolean): AnyOp {
  const saves = record.savedInputs !== 0
  const inputName = spec.inputs[0]!
  return ((x: Input, attributes: unknown): Tensor => {
    if ((x as Tensor)?.state !== 'open') checkInput(record.name, inputName, x, takesNumbers)
    const mask = active === 0 ? 0 : recordingsOf(x)
    if (mask === 0) return forward(x, attributes)
    // As `forwardUnrecorded`, which takes any number of arguments, and time for that.
    const before = setActive(0)
    let out: Tensor
    try {
      out = forward(x, attributes)
    } finally {
      setActive(before)
    }
    const node = recordCall(record, out, mask, attributes)
    node.parent0 = (x as Tensor).node
    node.input0 = saves ? pin(x) : x
    return out
  }) as AnyOp
}

function defineBinary(record: OpRecord, spec: AnySpec, forward: AnyForward, takesNumbers: boolean): AnyOp {
  const saves0 = (record.savedInputs & 1) !== 0
  const saves1 = (record.savedInputs & 2) !== 0
  const [name0, name1] = spec.inputs as readonly [string, string]
  return ((a: Input, b: Input, attributes: unknown): Tensor => {
    if ((a as Tensor)?.state !== 'open') checkInput(record.name, name0, a, takesNumbers)
    if ((b as Tensor)?.state !== 'open') checkInput(record.name, name1, b, takesNumbers)
    const mask = active === 0 ? 0 : recordingsOf(a) | recordingsOf(b)
    if (mask === 0) return forward(a, b, attributes)
    const before = setActive(0)
    let out: Tensor
    try {
      out = forward(a, b, attributes)
    } finally {
      setActive(before)
    }
    const node = recordCall(record, out, mask, attributes)
    node.parent0 = nodeOf(a)
    node.parent1 = nodeOf(b)
    node.input0 = saves0 ? pin(a) : a
    node.input1 = saves1 ? pin(b) : b
    return out
  }) as AnyOp
}

function defineNary(record: OpRecord, spec: AnySpec, forward: AnyForward, takesNumbers: boolean): AnyOp {
  const { inputs } = spec
  const count = inputs.length
  return ((...args: unknown[]): Tensor => {
    let mask = 0
    for (let i = 0; i < count; i++) {
      checkInput(record.name, inputs[i]!, args[i], takesNumbers)
      mask |= recordingsOf(args[i] as Input)
    }
    if (mask === 0) return forward(...args)
    const out = forwardUnrecorded(forward, ...args)
    const node = recordCall(record, out, mask, args[count])
    const given = args.slice(0, count) as Input[]
    node.parents = given.map(nodeOf)
    node.inputs = given.map((x, i) => (record.savedInputs & (1 << i) ? pin(x) : x))
    return out
  }) as AnyOp
}

/** The value of an op with its parts unrecorded. */
export function forwardUnrecorded(forward: AnyForward, ...args: unknown[]): Tensor {
  const before = setActive(0)
  try {
    return forward(...args)
  } finally {
    setActive(before)
  }
}

function recordCall(record: OpRecord, out: Tensor, mask: number, attributes: unknown): Node {
  const node = new Node(record, attributes, mask)
  if (record.savesOutput) {
    out.refs++
    node.output = out
  }
  out.node = node
  enlist(node, mask)
  return node
}

/** The recordings that watch an input and take calls now. */
export function recordingsOf(x: Input): number {
  return typeof x === 'number' || x.node === null ? 0 : x.node.mask & active
}

export function nodeOf(x: Input): Node | null {
  return typeof x === 'number' ? null : x.node
}

/** Holds a value for the rules. Of a variable the present value: it may be assigned before the backward pass. */
function pin(x: Input): Input {
  if (typeof x === 'number') return x
  if (x instanceof Variable) return unscopedHandle(x)
  x.refs++
  return x
}
