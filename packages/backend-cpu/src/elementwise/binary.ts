import type { BinaryOp, DType } from '@tapegrad/core'
import { binaryFunction } from '@tapegrad/core/reference'
import { dtypeIndex, elementTypes } from '../element-type.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuOperand, type CpuView } from '../views.ts'
import { binaryExpression } from './binary-expressions.ts'
import { hostExpression } from './host-expression.ts'
import type { CompiledKernel, InputMode } from './kernel.ts'
import { compileKernel, type KernelSource } from './kernel-cache.ts'
import { scalarKernel } from './scalar-kernel.ts'
import { type RunStrided, type StridedInput, stridedInput } from './strided.ts'
import { vectorKernel } from './vector-kernel.ts'
import type { Workspace } from './workspace.ts'

/** out = op(a, b); kernels are compiled on first use. */
export function makeBinary(
  memory: WasmMemory,
  workspace: Workspace,
  runStrided: RunStrided,
): (op: BinaryOp, a: CpuOperand, b: CpuOperand, out: CpuView) => void {
  const kernels = new Map<BinaryOp, (CompiledKernel | undefined)[]>()

  const kernelOf = (op: BinaryOp, dtype: DType, a: InputMode, b: InputMode): CompiledKernel => {
    let ofOp = kernels.get(op)
    if (ofOp === undefined) {
      ofOp = []
      kernels.set(op, ofOp)
    }
    const index = 4 * dtypeIndex[dtype] + (a === 'repeated' ? 2 : 0) + (b === 'repeated' ? 1 : 0)
    const known = ofOp[index]
    if (known !== undefined) return known
    const kernel = compileKernel(memory, binarySource(op, dtype, a, b))
    ofOp[index] = kernel
    return kernel
  }

  const inputOf = (operand: CpuOperand, slot: 0 | 1, dtype: DType, rank: number): StridedInput =>
    typeof operand === 'number'
      ? { dtype, address: workspace.store(slot, dtype, operand), strides: new Array<number>(rank).fill(0) }
      : stridedInput(operand)

  return (op, a, b, out) => {
    const dtype = typeof a === 'number' ? dtypeOf(b, out) : a.dtype
    if (isFlat(a) && isFlat(b)) {
      const { bytes } = elementTypes[dtype]
      const isRepeatedA = typeof a === 'number'
      const isRepeatedB = typeof b === 'number'
      const { run } = kernelOf(
        op,
        dtype,
        isRepeatedA ? 'repeated' : 'contiguous',
        isRepeatedB ? 'repeated' : 'contiguous',
      )
      const first = isRepeatedA ? workspace.store(0, dtype, a) : addressOf(a)
      const second = isRepeatedB ? workspace.store(1, dtype, b) : addressOf(b)
      run(first, second, addressOf(out), out.size, 1, 0, isRepeatedA ? 0 : bytes, 0, isRepeatedB ? 0 : bytes)
      return
    }
    const rank = out.shape.length
    const inputs = [inputOf(a, 0, dtype, rank), inputOf(b, 1, dtype, rank)]
    runStrided(([p, q]) => kernelOf(op, dtype, p!, q!), inputs, out)
  }
}

function isFlat(operand: CpuOperand): boolean {
  return typeof operand === 'number' || operand.contiguous
}

function dtypeOf(operand: CpuOperand, out: CpuView): DType {
  return typeof operand === 'number' ? out.dtype : operand.dtype
}

const givesBool: ReadonlySet<BinaryOp> = new Set<BinaryOp>([
  'equal',
  'notEqual',
  'less',
  'lessEqual',
  'logicalAnd',
  'logicalOr',
])

function binarySource(op: BinaryOp, dtype: DType, a: InputMode, b: InputMode): KernelSource {
  const name = `${op}_${dtype}`
  const out = givesBool.has(op) ? 'bool' : dtype
  const expression = binaryExpression(op, dtype)
  if (expression !== undefined) {
    const inputs = [
      { dtype, mode: a },
      { dtype, mode: b },
    ]
    return { fn: vectorKernel(name, inputs, out, expression), takesStrides: false }
  }
  const fn = scalarKernel(name, [dtype, dtype], out, hostExpression(op, [dtype, dtype], out))
  return { fn, takesStrides: true, imports: { [op]: binaryFunction(op, dtype) } }
}
