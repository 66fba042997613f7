import { compile, type Exported, FunctionBuilder } from '../assembler/index.ts'
import { elementTypes } from '../element-type.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'

const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

type SubtractRowsKernel = FunctionBuilder<typeof parameters, readonly []>

/** Rows of a matrix in memory. */
export interface Rows {
  /** The address of the first one's first element. */
  readonly address: number
  /** From one row to the next, in bytes; 0 for the same one again and again. */
  readonly step: number
}

/** target − factor · source for each of `rows` rows of `columns` elements, in order; factors lie like rows of one element. */
export type SubtractRows = (target: Rows, factors: Rows, source: Rows, rows: number, columns: number) => void

/** Makes the function that all eliminations and reflections consist of; it is compiled when it is first needed. */
export function makeSubtractRows(memory: WasmMemory, dtype: 'float32' | 'float64'): SubtractRows {
  let run: Exported<SubtractRowsKernel> | undefined
  return (target, factors, source, rows, columns) => {
    run ??= compile({ run: subtractRowsKernel(dtype) }, memory.memory).run
    run(
      target.address,
      target.step,
      factors.address,
      factors.step,
      source.address,
      source.step,
      rows,
      columns,
    )
  }
}

/** Parameters: address and step of the target, the factors and the source, how many rows, and the elements of each. */
function subtractRowsKernel(dtype: 'float32' | 'float64'): SubtractRowsKernel {
  const { bytes, scalar, load, store, loadSplat } = elementTypes[dtype]
  const [shape, lanes] = scalar === 'f32' ? (['f32x4', 4] as const) : (['f64x2', 2] as const)
  const one = scalar === 'f32' ? 'f32' : 'f64'
  const fn: SubtractRowsKernel = new FunctionBuilder('subtractRows', parameters)
  const [target, targetStep, factors, factorStep, source, sourceStep, rows, columns] = fn.params
  const [to, from, count] = [fn.local('i32'), fn.local('i32'), fn.local('i32')]
  const factor = fn.local('v128')
  fn.repeat(rows, () => {
    fn.set(to, target).set(from, source).load(loadSplat, factors).set(factor)
    fn.op('i32.div_u', columns, lanes).set(count)
    fn.repeat(count, () => {
      fn.get(to).load('v128.load', to).get(factor).load('v128.load', from)
      fn.op(`${shape}.mul`).op(`${shape}.sub`).storeStack('v128.store')
      fn.advance(to, 16).advance(from, 16)
    })
    fn.op('i32.and', columns, lanes - 1).set(count)
    fn.repeat(count, () => {
      fn.get(to).load(load, to).load(load, factors).load(load, from)
      fn.op(`${one}.mul`).op(`${one}.sub`).storeStack(store)
      fn.advance(to, bytes).advance(from, bytes)
    })
    fn.advance(target, targetStep).advance(factors, factorStep).advance(source, sourceStep)
  })
  return fn
}
