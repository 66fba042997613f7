import type { DType } from '@tapegrad/core'
import { dtypeIndex, elementTypes } from '../element-type.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuOperand, type CpuView } from '../views.ts'
import { compileKernel } from './compile-kernel.ts'
import type { CompiledKernel, InputMode } from './kernel.ts'
import { unpackMasks } from './masks.ts'
import { type RunStrided, type StridedInput, stridedInput } from './strided.ts'
import { vectorKernel } from './vector-kernel.ts'
import { vectorOp } from './vector-math.ts'
import type { Workspace } from './workspace.ts'

/** out = condition ? a : b; kernels are compiled on first use. */
export function makeSelect(
  memory: WasmMemory,
  workspace: Workspace,
  runStrided: RunStrided,
): (condition: CpuView, a: CpuOperand, b: CpuOperand, out: CpuView) => void {
  const kernels: (CompiledKernel | undefined)[] = []

  const kernelOf = (dtype: DType, condition: InputMode, a: InputMode, b: InputMode): CompiledKernel => {
    const modes = (condition === 'repeated' ? 4 : 0) + (a === 'repeated' ? 2 : 0) + (b === 'repeated' ? 1 : 0)
    const index = 8 * dtypeIndex[dtype] + modes
    const known = kernels[index]
    if (known !== undefined) return known
    const kernel = compileKernel(memory, { fn: selectKernel(dtype, condition, a, b), takesStrides: false })
    kernels[index] = kernel
    return kernel
  }

  const addressIn = (operand: CpuOperand, slot: 0 | 1, dtype: DType): number =>
    typeof operand === 'number' ? workspace.store(slot, dtype, operand) : addressOf(operand)

  const inputOf = (operand: CpuOperand, slot: 0 | 1, { dtype, shape }: CpuView): StridedInput =>
    typeof operand === 'number'
      ? {
          dtype,
          address: workspace.store(slot, dtype, operand),
          strides: new Array<number>(shape.length).fill(0),
        }
      : stridedInput(operand)

  return (condition, a, b, out) => {
    const { dtype } = out
    if (condition.contiguous && isContiguous(a) && isContiguous(b)) {
      const { run } = kernelOf(dtype, 'contiguous', flatMode(a), flatMode(b))
      const { bytes } = elementTypes[dtype]
      const [first, second] = [addressIn(a, 0, dtype), addressIn(b, 1, dtype)]
      run(addressOf(condition), first, second, addressOf(out), out.size, 1, 0, 0, 1, 0, bytes, 0, bytes)
      return
    }
    const inputs = [stridedInput(condition), inputOf(a, 0, out), inputOf(b, 1, out)]
    runStrided(([c, p, q]) => kernelOf(dtype, c!, p!, q!), inputs, out)
  }
}

function selectKernel(dtype: DType, condition: InputMode, a: InputMode, b: InputMode) {
  const inputs = [
    { dtype: 'bool', mode: condition },
    { dtype, mode: a },
    { dtype, mode: b },
  ] as const
  return vectorKernel(`select_${dtype}`, inputs, dtype, (fn, conditions, whenTrue, whenFalse) =>
    vectorOp(fn, 'v128.bitselect', whenTrue!, whenFalse!, unpackMasks(fn, dtype, conditions!)),
  )
}

function isContiguous(operand: CpuOperand): boolean {
  return typeof operand === 'number' || operand.contiguous
}

function flatMode(operand: CpuOperand): InputMode {
  return typeof operand === 'number' ? 'repeated' : 'contiguous'
}
