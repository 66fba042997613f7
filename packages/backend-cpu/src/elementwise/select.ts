import type { DType } from '@tapegrad/core'
import { dtypeIndex, elementTypes } from '../element-type.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import type { CpuOperand, CpuView } from '../views.ts'
import type { CompiledKernel, InputMode } from './kernel.ts'
import { compileKernel } from './kernel-cache.ts'
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

  const kernelOf = (dtype: DType, modes: readonly InputMode[]): CompiledKernel => {
    const index = modes.reduce((bits, mode) => 2 * bits + (mode === 'repeated' ? 1 : 0), dtypeIndex[dtype])
    const known = kernels[index]
    if (known !== undefined) return known
    const inputs = (['bool', dtype, dtype] as const).map((input, i) => ({ dtype: input, mode: modes[i]! }))
    const fn = vectorKernel(`select_${dtype}`, inputs, dtype, (code, condition, a, b) =>
      vectorOp(code, 'v128.bitselect', a!, b!, unpackMasks(code, dtype, condition!)),
    )
    const kernel = compileKernel(memory, { fn, takesStrides: false })
    kernels[index] = kernel
    return kernel
  }

  const inputOf = (operand: CpuOperand, slot: 0 | 1, out: CpuView): StridedInput => {
    const { dtype, shape, size } = out
    if (typeof operand !== 'number') return stridedInput(operand)
    const address = workspace.store(slot, dtype, operand)
    return { dtype, address, strides: new Array<number>(size > 0 ? shape.length : 0).fill(0) }
  }

  return (condition, a, b, out) => {
    const { dtype } = out
    if (condition.contiguous && isFlat(a) && isFlat(b)) {
      const modes = [a, b].map((x): InputMode => (typeof x === 'number' ? 'repeated' : 'contiguous'))
      const [first, second] = [inputOf(a, 0, out), inputOf(b, 1, out)]
      const { bytes } = elementTypes[dtype]
      const { run } = kernelOf(dtype, ['contiguous', ...modes])
      const target = stridedInput(out).address
      run(
        stridedInput(condition).address,
        first.address,
        second.address,
        target,
        out.size,
        1,
        0,
        1,
        0,
        bytes,
        0,
        bytes,
      )
      return
    }
    const inputs = [stridedInput(condition), inputOf(a, 0, out), inputOf(b, 1, out)]
    runStrided((modes) => kernelOf(dtype, modes), inputs, out)
  }
}

function isFlat(operand: CpuOperand): boolean {
  return typeof operand === 'number' || operand.contiguous
}
