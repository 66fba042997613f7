import type { DType } from '@tapegrad/core'
import { FunctionBuilder, type Local } from '../assembler/index.ts'
import { elementTypes } from '../element-type.ts'
import { type InputMode, kernelParameters, nameParameters } from './kernel.ts'
import type { Vectors } from './vector-math.ts'

/** Computes vectors of results from vectors of each input. */
export type VectorExpression = (fn: FunctionBuilder, ...inputs: readonly Vectors[]) => Vectors

/** What a kernel reads: a dtype, and how it moves along a row. */
export interface VectorInput {
  readonly dtype: DType
  readonly mode: InputMode
}

/** How many vectors of the widest dtype are computed side by side. */
const interleaved = 4

/**
 * A kernel that computes some vectors at a time; inputs are contiguous along a row or repeat one element.
 *
 * Rows are rounded up to whole steps: up to 60 bytes past a row are read and written. What is written there is
 * overwritten by the next row, or lies in the padding of the output.
 */
export function vectorKernel(
  name: string,
  inputs: readonly VectorInput[],
  out: DType,
  expression: VectorExpression,
): FunctionBuilder {
  const fn: FunctionBuilder = new FunctionBuilder(name, kernelParameters(inputs.length))
  const p = nameParameters(fn.params, inputs.length)
  const step = elementsOfStep([...inputs.map(({ dtype }) => dtype), out])
  const positions = fn.locals('i32', inputs.length)
  const target = fn.local('i32')
  const remaining = fn.local('i32')
  const outBytes = elementTypes[out].bytes
  const isUniform = inputs.every(({ mode }) => mode === 'repeated')
  fn.repeat(p.rows, () => {
    const repeated = inputs.map(({ dtype, mode }, i) => {
      fn.set(positions[i]!, p.inputs[i]!)
      if (mode === 'contiguous') return undefined
      // One vector stands for all of a step, unless there is no other input that says how many those are.
      const count = isUniform ? vectorsOf(step * elementTypes[dtype].bytes) : 1
      return new Array<Local<'v128'>>(count).fill(loadRepeated(fn, dtype, positions[i]!))
    })
    fn.set(target, p.out)
    fn.op('i32.add', p.count, step - 1)
      .op('i32.shr_u', Math.log2(step))
      .set(remaining)
    fn.repeat(remaining, () => {
      const values = inputs.map(
        ({ dtype }, i) => repeated[i] ?? loadVectors(fn, positions[i]!, step * elementTypes[dtype].bytes),
      )
      const results = expression(fn, ...values)
      storeVectors(fn, target, results, step * outBytes)
      fn.advance(target, step * outBytes)
      for (const [i, { dtype, mode }] of inputs.entries()) {
        if (mode === 'contiguous') fn.advance(positions[i]!, step * elementTypes[dtype].bytes)
      }
    })
    for (const [i, input] of p.inputs.entries()) fn.advance(input, p.rowStrides[i]!)
    fn.advance(p.out, p.outRowStride)
  })
  return fn
}

/** How many elements a kernel for these dtypes computes at a time. */
export function elementsOfStep(dtypes: readonly DType[]): number {
  const widest = Math.max(...dtypes.map((dtype) => elementTypes[dtype].bytes))
  return (16 * interleaved) / widest
}

function vectorsOf(bytes: number): number {
  return Math.max(1, bytes / 16)
}

function loadRepeated(fn: FunctionBuilder, dtype: DType, address: Local<'i32'>): Local<'v128'> {
  const vector = fn.local('v128')
  fn.load(elementTypes[dtype].loadSplat, address).set(vector)
  return vector
}

/** Writes exactly the results of a step: tiles rely on that. */
function storeVectors(fn: FunctionBuilder, address: Local<'i32'>, results: Vectors, bytes: number): void {
  if (bytes < 16) fn.storeLane('v128.store64_lane', 0, address, results[0]!)
  else for (const [i, result] of results.entries()) fn.store('v128.store', address, result, 16 * i)
}

function loadVectors(fn: FunctionBuilder, address: Local<'i32'>, bytes: number): Vectors {
  return Array.from({ length: vectorsOf(bytes) }, (_, i) => {
    const vector = fn.local('v128')
    fn.load(bytes < 16 ? 'v128.load64_zero' : 'v128.load', address, 16 * i).set(vector)
    return vector
  })
}
