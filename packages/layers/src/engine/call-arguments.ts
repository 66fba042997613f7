import { ArgumentError, Tensor } from '@tapegrad/core'
import { SymbolicTensor } from './symbolic-tensor.ts'

/** What a call of a layer may be told by name: tensors, plain values, and lists of them. */
export type CallArgument =
  | Tensor
  | SymbolicTensor
  | string
  | number
  | boolean
  | null
  | readonly CallArgument[]

/** Arguments of a call by their names. Those that are undefined are not there. */
export interface CallArguments {
  readonly [name: string]: CallArgument
}

/** The arguments of a call on symbolic tensors: each tensor may be symbolic, too. */
export type SymbolicArguments<A extends object> = { readonly [K in keyof A]: OrSymbolic<A[K]> }

type OrSymbolic<T> = T extends Tensor
  ? T | SymbolicTensor
  : T extends readonly (infer E)[]
    ? readonly OrSymbolic<E>[]
    : T

/** The options with these names, but for undefined ones. */
export function pickArguments(op: string, options: object, names: readonly string[]): CallArguments {
  const given = options as Readonly<Record<string, unknown>>
  const entries = names
    .filter((name) => given[name] !== undefined)
    .map((name) => [name, checkArgument(op, name, given[name])] as const)
  return Object.fromEntries(entries)
}

/** The symbolic tensors among arguments, in the order in which `mapArguments` meets them. */
export function symbolicArguments(args: CallArguments): readonly SymbolicTensor[] {
  return leaves(args).filter((leaf) => leaf instanceof SymbolicTensor)
}

/** The tensors among arguments. */
export function tensorArguments(args: CallArguments): readonly Tensor[] {
  return leaves(args).filter((leaf) => leaf instanceof Tensor)
}

/** The arguments with each tensor, symbolic or not, replaced. */
export function mapArguments(
  args: CallArguments,
  replace: (tensor: Tensor | SymbolicTensor) => CallArgument,
): CallArguments {
  const map = (value: CallArgument): CallArgument => {
    if (value instanceof Tensor || value instanceof SymbolicTensor) return replace(value)
    return Array.isArray(value) ? (value as readonly CallArgument[]).map(map) : value
  }
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, map(value)]))
}

/** Throws where a call on tensors has an argument that is symbolic. */
export function checkNoSymbols(op: string, args: CallArguments): void {
  for (const [name, value] of Object.entries(args)) {
    if (symbolicArguments({ [name]: value }).length === 0) continue
    throw new ArgumentError(`${name} is symbolic, and the inputs are not`, {
      op,
      received: { [name]: value },
      expected: 'tensors only, or symbolic inputs',
    })
  }
}

function leaves(args: CallArguments): readonly CallArgument[] {
  const visit = (value: CallArgument): readonly CallArgument[] =>
    Array.isArray(value) ? (value as readonly CallArgument[]).flatMap(visit) : [value]
  return Object.values(args).flatMap(visit)
}

function checkArgument(op: string, name: string, value: unknown): CallArgument {
  const isLeaf =
    value === null ||
    ['string', 'number', 'boolean'].includes(typeof value) ||
    value instanceof Tensor ||
    value instanceof SymbolicTensor
  if (isLeaf) return value as CallArgument
  if (Array.isArray(value)) return value.map((entry) => checkArgument(op, name, entry))
  throw new ArgumentError(`${name} is nothing that a call can be told`, {
    op,
    received: { [name]: value },
    expected: 'a tensor, a text, a number, true or false, or a list of them',
  })
}
