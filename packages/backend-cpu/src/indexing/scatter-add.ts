import { bytesPerElement, type DType } from '@tapegrad/core'
import { compile, type Exported, type PlainName } from '../assembler/index.ts'
import { elementTypes } from '../element-type.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { makeCheckIndices } from './check-indices.ts'
import { type IndexKernel, indexKernel, rowLengthOf, runLoops } from './index-kernel.ts'
import { rowLength, splitLoops } from './loops.ts'

/** The `scatterAdd` of the backend. */
export type ScatterAdd = (index: CpuView, updates: CpuView, axis: number, out: CpuView) => void

/** The sum of two elements; of bools it is whether either is true. */
const additions: Readonly<Record<DType, PlainName>> = {
  float32: 'f32.add',
  float64: 'f64.add',
  int32: 'i32.add',
  uint8: 'i32.add',
  bool: 'i32.or',
}

/** The dtypes whose rows are added in vectors. */
const vectorAdditions: Readonly<Partial<Record<DType, PlainName>>> = {
  float32: 'f32x4.add',
  float64: 'f64x2.add',
  int32: 'i32x4.add',
}

/**
 * Makes the backend's `scatterAdd`; kernels are compiled when they are first needed.
 *
 * Nothing is written where an index is out of range. Updates to one element are added in ascending order.
 */
export function makeScatterAdd(memory: WasmMemory): ScatterAdd {
  const checkIndices = makeCheckIndices(memory)
  const kernels = new Map<string, Exported<IndexKernel>>()

  function kernel(dtype: DType, byRows: boolean): Exported<IndexKernel> {
    const key = `${dtype} ${byRows}`
    let run = kernels.get(key)
    if (run === undefined) {
      run = compile({ run: byRows ? addRows(dtype) : addElements(dtype) }, memory.memory).run
      kernels.set(key, run)
    }
    return run
  }

  return (index, updates, axis, out) => {
    checkIndices('scatterAdd', index, out.shape[axis]!, axis)
    const { dtype } = updates
    const address = addressOf(out)
    memory.u8.fill(0, address, address + out.size * bytesPerElement(dtype))
    const row = rowLength(updates, index, axis)
    const byRows = row * bytesPerElement(dtype) >= 16 && vectorAdditions[dtype] !== undefined
    runLoops(kernel(dtype, byRows), splitLoops([index, updates, out], axis, byRows), row)
  }
}

function addElements(dtype: DType): IndexKernel {
  return indexKernel('scatterElements', (fn, update, selected) => {
    const { load, store } = elementTypes[dtype]
    fn.get(selected).load(load, selected).load(load, update).op(additions[dtype]).storeStack(store)
  })
}

function addRows(dtype: DType): IndexKernel {
  return indexKernel('scatterRows', (fn, update, selected) => {
    const { load, store, bytes } = elementTypes[dtype]
    const from = fn.local('i32')
    const to = fn.local('i32')
    const steps = fn.local('i32')
    const lanes = 16 / bytes
    fn.set(from, update).set(to, selected)
    fn.op('i32.div_u', rowLengthOf(fn), lanes).set(steps)
    fn.repeat(steps, () => {
      fn.get(to).load('v128.load', to).load('v128.load', from).op(vectorAdditions[dtype]!)
      fn.storeStack('v128.store').advance(from, 16).advance(to, 16)
    })
    fn.op('i32.and', rowLengthOf(fn), lanes - 1).set(steps)
    fn.repeat(steps, () => {
      fn.get(to).load(load, to).load(load, from).op(additions[dtype])
      fn.storeStack(store).advance(from, bytes).advance(to, bytes)
    })
  })
}
