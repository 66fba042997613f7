import { bytesPerElement, type DType, type ReduceOp } from '@tapegrad/core'
import { compile, type Exported } from '../assembler/index.ts'
import { dtypeIndex } from '../element-type.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { columnsKernel, columnWorkspace } from './columns-kernel.ts'
import { type ReduceLayout, reduceLayout } from './layout.ts'
import { rowsKernel } from './rows-kernel.ts'
import { scalarKernel } from './scalar-kernel.ts'
import { vectorReducers } from './vector-reducer.ts'
import type { ReduceKernel } from './walk.ts'

/** The `reduce` of the backend. */
export type Reduce = (op: ReduceOp, x: CpuView, axis: number, out: CpuView) => void

/** What is a row of neighbours: the axis, the dimension inside it, or neither. */
type Form = 'rows' | 'columns' | 'elements'

const formIndex: Readonly<Record<Form, number>> = { rows: 0, columns: 1, elements: 2 }

/**
 * Makes the backend's `reduce`; kernels are compiled when they are first needed.
 *
 * Sums of float32 add few neighbours in single and everything else in double precision.
 */
export function makeReduce(memory: WasmMemory): Reduce {
  const kernels = new Map<ReduceOp, (Exported<ReduceKernel> | undefined)[]>()

  function kernel(dtype: DType, op: ReduceOp, form: Form): Exported<ReduceKernel> {
    let ofOp = kernels.get(op)
    if (ofOp === undefined) {
      ofOp = []
      kernels.set(op, ofOp)
    }
    const index = 3 * dtypeIndex[dtype] + formIndex[form]
    const known = ofOp[index]
    if (known !== undefined) return known
    const { run } = compile({ run: emit(dtype, op, form) }, memory.memory)
    ofOp[index] = run
    return run
  }

  return (op, x, axis, out) => {
    const layout = reduceLayout(x, axis)
    const form = formOf(x.dtype, op, layout)
    const run = kernel(x.dtype, op, form)
    const { outer, inner, addresses } = layout
    const { size: length, step } = layout.axis
    const bytes = bytesPerElement(out.dtype) * outer.size * inner.size
    const workspace = form === 'columns' ? memory.alloc(columnWorkspace) : 0
    for (const [i, address] of addresses.entries()) {
      const target = addressOf(out) + i * bytes
      // biome-ignore format: a dimension a line.
      run(
        address, target, workspace,
        outer.size, outer.step,
        inner.size, inner.step,
        length, step,
      )
    }
    if (form === 'columns') memory.free(workspace, columnWorkspace)
  }
}

function formOf(dtype: DType, op: ReduceOp, { axis, inner }: ReduceLayout): Form {
  const reducer = vectorReducers[dtype][op]
  if (reducer === undefined) return 'elements'
  if (axis.step === reducer.bytes) return 'rows'
  return inner.step === reducer.bytes ? 'columns' : 'elements'
}

function emit(dtype: DType, op: ReduceOp, form: Form): ReduceKernel {
  const reducer = vectorReducers[dtype][op]
  if (form === 'elements' || reducer === undefined) return scalarKernel(dtype, op)
  return form === 'rows' ? rowsKernel(reducer) : columnsKernel(reducer)
}
