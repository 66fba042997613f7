import { ArgumentError, type DType, DTypeError, describe, ShapeError } from '@tapegrad/core'
import type { SymbolicShape } from './symbolic-tensor.ts'

/**
 * What a layer requires of an input; checked before every call. One that is empty takes any single tensor.
 *
 * @see https://keras.io/api/layers/base_layer/
 * @example
 * ```ts
 * this.inputSpec = { minNdim: 2, axes: { [-1]: 784 } }
 * ```
 */
export interface InputSpec {
  readonly dtype?: DType
  /** The whole shape; null for a size that may be any. */
  readonly shape?: SymbolicShape
  /** The number of dimensions, the batch's included. */
  readonly ndim?: number
  readonly minNdim?: number
  readonly maxNdim?: number
  /** Sizes of single axes; negative axes count from the end. */
  readonly axes?: Readonly<Record<number, number | null>>
}

interface Described {
  readonly shape: SymbolicShape
  /** Null where only the shape is known. */
  readonly dtype: DType | null
}

/**
 * Checks a layer's inputs.
 *
 * @throws {@link ShapeError}, {@link DTypeError}, or {@link ArgumentError} for another number of inputs than specs.
 */
export function checkInputSpec(
  op: string,
  spec: InputSpec | readonly InputSpec[] | null,
  inputs: readonly Described[],
  takesList: boolean,
): void {
  if (spec === null) return
  const specs: readonly InputSpec[] = isList(spec) ? spec : [spec]
  if (takesList && !isList(spec)) {
    throw new ArgumentError('the layer takes one tensor, and not a list', {
      op,
      received: { inputs: inputs.map(describeShape) },
      expected: 'a tensor',
    })
  }
  if (inputs.length !== specs.length) {
    throw new ArgumentError('the layer takes another number of inputs', {
      op,
      received: { inputs: inputs.length },
      expected: `${specs.length}`,
    })
  }
  specs.forEach((one, i) => checkInput(op, one, inputs[i]!, specs.length === 1 ? 'input' : `input ${i}`))
}

function checkInput(op: string, spec: InputSpec, input: Described, name: string): void {
  const { shape } = input
  const fail = (what: string, expected: string): never => {
    throw new ShapeError(what, { op, received: { [name]: describeShape(input) }, expected })
  }
  const rank = shape.length
  if (spec.ndim !== undefined && rank !== spec.ndim)
    fail(`${name} has another number of dimensions`, `${spec.ndim} dimensions, the batch's included`)
  if (spec.minNdim !== undefined && rank < spec.minNdim)
    fail(`${name} has too few dimensions`, `at least ${spec.minNdim} dimensions, the batch's included`)
  if (spec.maxNdim !== undefined && rank > spec.maxNdim)
    fail(`${name} has too many dimensions`, `at most ${spec.maxNdim} dimensions, the batch's included`)
  if (spec.dtype !== undefined && input.dtype !== null && input.dtype !== spec.dtype) {
    throw new DTypeError(`${name} has another dtype`, {
      op,
      received: { [name]: describeShape(input) },
      expected: spec.dtype,
    })
  }
  for (const [key, side] of Object.entries(spec.axes ?? {})) {
    const axis = Number(key)
    const given = shape[axis < 0 ? axis + rank : axis]
    if (side !== null && given !== null && given !== side)
      fail(`${name} has another size along axis ${axis}`, `${side} along axis ${axis}`)
  }
  if (spec.shape !== undefined && !isCompatible(shape, spec.shape))
    fail(`${name} has another shape`, describe(spec.shape))
}

/** Whether two shapes can be the same, when their unknown sizes become known. */
function isCompatible(a: SymbolicShape, b: SymbolicShape): boolean {
  return a.length === b.length && a.every((side, i) => side === null || b[i] === null || side === b[i])
}

function isList(spec: InputSpec | readonly InputSpec[]): spec is readonly InputSpec[] {
  return Array.isArray(spec)
}

/** What `describe` prints as float32[null, 3]; the sizes alone where there is no dtype. */
function describeShape({ dtype, shape }: Described): SymbolicShape | { dtype: DType; shape: SymbolicShape } {
  return dtype === null ? shape : { dtype, shape }
}
