import type { DType, Tensor } from '@tapegrad/core'
import type { CallArguments } from './call-arguments.ts'
import type { AnyLayer } from './layer.ts'
import { likeInput } from './lists.ts'
import { uniqueName } from './naming.ts'
import { rememberCall } from './symbolic-calls.ts'

/** A shape with `null` for sizes that are not known yet, such as the batch's. */
export type SymbolicShape = readonly (number | null)[]

/** What a layer takes or returns: one tensor, or several. */
export type Tensors = Tensor | readonly Tensor[]

/** The symbolic counterpart of a layer's input or output. */
export type SymbolicOf<T extends Tensors> = T extends Tensor ? SymbolicTensor : readonly SymbolicTensor[]

/** The shape, or shapes, of a layer's input or output. */
export type ShapeOf<T extends Tensors> = T extends Tensor ? SymbolicShape : readonly SymbolicShape[]

/** The mask, or masks, that belong to a layer's input or output. */
export type MaskOf<T extends Tensors> = T extends Tensor ? Tensor | null : readonly (Tensor | null)[]

/** Which call of which layer made a symbolic tensor. */
export interface SymbolicCall {
  readonly layer: AnyLayer
  readonly inputs: readonly SymbolicTensor[]
  /** Whether `inputs` was a list: a list of one tensor is not the tensor. */
  readonly takesList: boolean
  /** What `apply` was told about training; undefined lets the model decide. */
  readonly training: boolean | undefined
  /** What else `apply` was told, `mask` among it: to be told again, each symbolic tensor replaced by its value. */
  readonly arguments: CallArguments
  readonly outputs: readonly SymbolicTensor[]
  /** Whether the call returned a list. */
  readonly returnsList: boolean
}

/** Symbolic tensors of which the compiler can tell whether the tensors that they stand for are one or several. */
export type SymbolicFor<T> = T extends Tensor
  ? SymbolicTensor & { readonly standsFor?: T }
  : { readonly [K in keyof T]: SymbolicTensor & { readonly standsFor?: T[K] } }

/** A tensor without values: what models are wired with. */
export class SymbolicTensor {
  readonly name: string
  readonly shape: SymbolicShape
  readonly dtype: DType
  /** Its position among the outputs of the call that made it. */
  readonly outputIndex: number
  /** Never there: for the compiler alone, which infers the types of models from it. */
  declare readonly standsFor?: Tensor
  #call: SymbolicCall | null = null

  constructor(
    shape: SymbolicShape,
    dtype: DType,
    { name = uniqueName('symbolic_tensor'), outputIndex = 0 }: { name?: string; outputIndex?: number } = {},
  ) {
    this.shape = Object.freeze([...shape])
    this.dtype = dtype
    this.name = name
    this.outputIndex = outputIndex
  }

  /** The call that made it; null for tensors that no layer made. */
  get call(): SymbolicCall | null {
    return this.#call
  }

  get rank(): number {
    return this.shape.length
  }

  toString(): string {
    return `SymbolicTensor ${this.dtype}[${this.shape.map(String).join(', ')}]`
  }

  /** @internal The call and its outputs know each other. */
  setCall(call: SymbolicCall): void {
    this.#call = call
  }
}

/** The outputs of a layer's call on symbolic tensors, which know the call. */
export function recordCall(
  call: Omit<SymbolicCall, 'outputs' | 'returnsList'>,
  outputShape: SymbolicShape | readonly SymbolicShape[],
  dtypes: readonly DType[] | null,
): SymbolicTensor | readonly SymbolicTensor[] {
  const several = outputShape.some((entry) => Array.isArray(entry))
  const outputs = ((several ? outputShape : [outputShape]) as readonly SymbolicShape[]).map(
    (shape, outputIndex) =>
      new SymbolicTensor(shape, dtypes?.[outputIndex] ?? call.layer.dtype, { outputIndex }),
  )
  const recorded: SymbolicCall = { ...call, outputs, returnsList: several }
  for (const output of outputs) output.setCall(recorded)
  rememberCall(recorded)
  return likeInput(outputs, several)
}
