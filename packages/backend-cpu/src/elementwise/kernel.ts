import type { Local, ValueType } from '../assembler/index.ts'

/**
 * An element-wise kernel: a plane of rows, which are contiguous in the output.
 *
 * Arguments: the address of each input and the output's, the elements of a row, the rows, and the output's stride
 * between rows; then for each input the stride between rows and the one between elements. Strides are in bytes.
 */
type ElementwiseKernel = (...args: number[]) => void

/** How an input moves along a row: element by element, or not at all. */
export type InputMode = 'contiguous' | 'repeated'

/** A compiled kernel. */
export interface CompiledKernel {
  readonly run: ElementwiseKernel
  /** Whether inputs may have any stride along a row; otherwise it was compiled for one mode each. */
  readonly takesStrides: boolean
}

/** The types of a kernel's parameters. */
export function kernelParameters(inputs: number): ValueType[] {
  return new Array<ValueType>(3 * inputs + 4).fill('i32')
}

/** A kernel's parameters by their meaning. */
export interface KernelParameters {
  readonly inputs: readonly Local<'i32'>[]
  readonly out: Local<'i32'>
  readonly count: Local<'i32'>
  readonly rows: Local<'i32'>
  readonly outRowStride: Local<'i32'>
  readonly rowStrides: readonly Local<'i32'>[]
  readonly strides: readonly Local<'i32'>[]
}

/** Names the parameters of a function that has those of `kernelParameters`. */
export function nameParameters(params: readonly Local[], inputs: number): KernelParameters {
  const all = params as readonly Local<'i32'>[]
  const strides = all.slice(inputs + 4)
  return {
    inputs: all.slice(0, inputs),
    out: all[inputs]!,
    count: all[inputs + 1]!,
    rows: all[inputs + 2]!,
    outRowStride: all[inputs + 3]!,
    rowStrides: strides.filter((_, i) => i % 2 === 0),
    strides: strides.filter((_, i) => i % 2 === 1),
  }
}
