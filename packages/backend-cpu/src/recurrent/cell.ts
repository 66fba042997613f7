import type { DType } from '@tapegrad/core'
import { compile, FunctionBuilder, type Local } from '../assembler/index.ts'
import { floatMath, type Vectors } from '../elementwise/vector-math.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { firstLanes, wholeVectors } from '../softmax/lines.ts'
import { type CellMath, numberCellMath, vectorCellMath } from './cell-math.ts'

/** Some units of one sample, in each part of each tensor; parts are numbered through all tensors. */
interface CellPart<V> {
  load(part: number): V
  store(part: number, value: V): void
}

type Formula = <V>(m: CellMath<V>, part: CellPart<V>) => void

/** What one step does with each unit of each sample by itself. */
export interface Cell {
  readonly name: string
  /** How many parts of `units` elements a row of each tensor has; `shared` where all samples have one row. */
  readonly tensors: readonly { readonly parts: number; readonly shared?: true }[]
  /** For the samples that the mask takes in. */
  readonly counted: Formula
  /** For the others. */
  readonly skipped: Formula
}

/** Runs a step: the addresses of the tensors, that of the mask's bytes, how many samples there are, and units. */
export type RunCell = (addresses: readonly number[], mask: number, samples: number, units: number) => void

/** Makes the function that runs a cell; the kernel is compiled when it is first needed. */
export function makeRunCell(memory: WasmMemory, cell: Cell): (dtype: DType) => RunCell {
  let run: ((...args: number[]) => void) | undefined
  return (dtype) => {
    if (dtype === 'float64') return (...step) => runOnNumbers(memory, cell, ...step)
    run ??= compile({ run: cellKernel(cell) }, memory.memory).run
    const compiled = run
    return (addresses, mask, samples, units) => compiled(...addresses, mask, samples, units)
  }
}

/** Parameters: the address of each tensor, that of the mask's bytes, how many samples there are, and units. */
function cellKernel({ name, tensors, counted, skipped }: Cell): FunctionBuilder {
  const types = new Array<'i32'>(tensors.length + 3).fill('i32')
  const fn = new FunctionBuilder<readonly 'i32'[], readonly []>(name, types)
  const params: readonly Local<'i32'>[] = fn.params
  const starts = params.slice(0, tensors.length)
  const [mask, samples, units] = params.slice(tensors.length) as [Local<'i32'>, Local<'i32'>, Local<'i32'>]
  const m = vectorCellMath(floatMath(fn, 'f32x4'))
  const count = tensors.reduce((sum, { parts }) => sum + parts, 0)
  const pointers = fn.locals('i32', count)
  const bytes = fn.local('i32')
  const steps = fn.local('i32')
  fn.op('i32.mul', units, 4).set(bytes)

  const eachUnit = (formula: (m: CellMath<Vectors>, part: CellPart<Vectors>) => void): void => {
    fn.op('i32.shr_u', units, 2).set(steps)
    fn.repeat(steps, () => {
      formula(m, wholeVectors(fn, pointers, 1))
      for (const pointer of pointers) fn.advance(pointer, 16)
    })
    fn.op('i32.and', units, 3)
      .tee(steps)
      .if(() => formula(m, firstLanes(fn, pointers, steps)))
  }

  fn.repeat(samples, () => {
    let part = 0
    for (const [i, { parts, shared }] of tensors.entries()) {
      const start = starts[i]!
      let end = start
      for (let k = 0; k < parts; k++) {
        const pointer = pointers[part++]!
        if (k === 0) fn.set(pointer, start)
        else fn.op('i32.add', end, bytes).set(pointer)
        end = pointer
      }
      if (shared !== true) fn.op('i32.add', end, bytes).set(start)
    }
    fn.load('i32.load8_u', mask).if(
      () => eachUnit(counted),
      () => eachUnit(skipped),
    )
    fn.advance(mask, 1)
  })
  return fn
}

function runOnNumbers(
  { f64, u8 }: WasmMemory,
  { tensors, counted, skipped }: Cell,
  addresses: readonly number[],
  mask: number,
  samples: number,
  units: number,
): void {
  for (let sample = 0; sample < samples; sample++) {
    const formula = u8[mask + sample] === 0 ? skipped : counted
    const starts = tensors.flatMap(({ parts, shared }, i) => {
      const row = addresses[i]! / 8 + (shared === true ? 0 : sample * parts * units)
      return Array.from({ length: parts }, (_, k) => row + k * units)
    })
    for (let unit = 0; unit < units; unit++) {
      formula(numberCellMath, {
        load: (part) => f64[starts[part]! + unit]!,
        store: (part, value) => {
          f64[starts[part]! + unit] = value
        },
      })
    }
  }
}
