import type { BinaryOp, DType } from '@tapegrad/core'
import { binaryFunction } from '@tapegrad/core/reference'
import { dtypeIndex, elementTypes } from '../element-type.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuOperand, type CpuView } from '../views.ts'
import { binaryExpression } from './binary-expressions.ts'
import { compileKernel, type KernelSource } from './compile-kernel.ts'
import { hostExpression } from './host-expression.ts'
import type { CompiledKernel, InputMode } from './kernel.ts'
import { scalarKernel } from './scalar-kernel.ts'
import { shiftExpression } from './shifts.ts'
import { modeOf, type RunStrided, type StridedInput, stridedInput } from './strided.ts'
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

  const addressIn = (operand: CpuOperand, slot: 0 | 1, dtype: DType): number =>
    typeof operand === 'number' ? workspace.store(slot, dtype, operand) : addressOf(operand)

  const inputOf = (operand: CpuOperand, slot: 0 | 1, dtype: DType, rank: number): StridedInput =>
    typeof operand === 'number'
      ? { dtype, address: workspace.store(slot, dtype, operand), strides: new Array<number>(rank).fill(0) }
      : stridedInput(operand)

  return (op, a, b, out) => {
    const dtype = typeof a !== 'number' ? a.dtype : typeof b !== 'number' ? b.dtype : out.dtype
    const { bytes } = elementTypes[dtype]
    const { shape, size } = out
    const rank = shape.length
    // One row or some rows, as nearly all calls are, go without arrays and objects.
    if (isContiguous(a) && isContiguous(b)) {
      const strideA = typeof a === 'number' ? 0 : bytes
      const strideB = typeof b === 'number' ? 0 : bytes
      const { run } = kernelOf(op, dtype, modeOf(strideA), modeOf(strideB))
      run(addressIn(a, 0, dtype), addressIn(b, 1, dtype), addressOf(out), size, 1, 0, 0, strideA, 0, strideB)
      return
    }
    const strideA = strideOf(a, rank - 1, bytes)
    const strideB = strideOf(b, rank - 1, bytes)
    if (rank <= 2 && isStraight(strideA, bytes) && isStraight(strideB, bytes)) {
      const rows = rank < 2 ? 1 : shape[0]!
      const count = size / rows
      const rowA = rows === 1 ? 0 : strideOf(a, 0, bytes)
      const rowB = rows === 1 ? 0 : strideOf(b, 0, bytes)
      const rowOut = count * elementTypes[out.dtype].bytes
      const [first, second, target] = [addressIn(a, 0, dtype), addressIn(b, 1, dtype), addressOf(out)]
      const { run } = kernelOf(op, dtype, modeOf(strideA), modeOf(strideB))
      run(first, second, target, count, rows, rowOut, rowA, strideA, rowB, strideB)
      return
    }
    const inputs = [inputOf(a, 0, dtype, rank), inputOf(b, 1, dtype, rank)]
    runStrided(([p, q]) => kernelOf(op, dtype, p!, q!), inputs, out)
  }
}

function isContiguous(operand: CpuOperand): boolean {
  return typeof operand === 'number' || operand.contiguous
}

/** A stride in bytes. */
function strideOf(operand: CpuOperand, axis: number, bytes: number): number {
  return typeof operand === 'number' ? 0 : operand.strides[axis]! * bytes
}

function isStraight(stride: number, bytes: number): boolean {
  return stride === 0 || stride === bytes
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
  const shift = shiftExpression(op)
  if (shift !== undefined) {
    return { fn: scalarKernel(name, [dtype, dtype], out, shift), takesStrides: true }
  }
  const fn = scalarKernel(name, [dtype, dtype], out, hostExpression(op, [dtype, dtype], out))
  return { fn, takesStrides: true, imports: { [op]: binaryFunction(op, dtype) } }
}
