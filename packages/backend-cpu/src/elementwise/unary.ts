import type { DType, UnaryOp } from '@tapegrad/core'
import { unaryFunctions } from '@tapegrad/core/reference'
import { dtypeIndex, elementTypes } from '../element-type.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { compileKernel, type KernelSource } from './compile-kernel.ts'
import { hostExpression } from './host-expression.ts'
import type { CompiledKernel, InputMode } from './kernel.ts'
import { scalarKernel } from './scalar-kernel.ts'
import { type RunStrided, stridedInput } from './strided.ts'
import { unaryExpression } from './unary-expressions.ts'
import { vectorKernel } from './vector-kernel.ts'

/** out = op(x); kernels are compiled on first use. */
export function makeUnary(
  memory: WasmMemory,
  runStrided: RunStrided,
): (op: UnaryOp, x: CpuView, out: CpuView) => void {
  const kernels = new Map<UnaryOp, (CompiledKernel | undefined)[]>()

  const kernelOf = (op: UnaryOp, dtype: DType, mode: InputMode): CompiledKernel => {
    let ofOp = kernels.get(op)
    if (ofOp === undefined) {
      ofOp = []
      kernels.set(op, ofOp)
    }
    const index = 2 * dtypeIndex[dtype] + (mode === 'repeated' ? 1 : 0)
    const known = ofOp[index]
    if (known !== undefined) return known
    const kernel = compileKernel(memory, unarySource(op, dtype, mode))
    ofOp[index] = kernel
    return kernel
  }

  return (op, x, out) => {
    if (x.contiguous) {
      const { run } = kernelOf(op, x.dtype, 'contiguous')
      run(addressOf(x), addressOf(out), x.size, 1, 0, 0, elementTypes[x.dtype].bytes)
    } else {
      runStrided(([mode]) => kernelOf(op, x.dtype, mode!), [stridedInput(x)], out)
    }
  }
}

function unarySource(op: UnaryOp, dtype: DType, mode: InputMode): KernelSource {
  const name = `${op}_${dtype}`
  // Vector forms may call it too, where arguments are extreme.
  const imports = { [op]: unaryFunctions[op] }
  const expression = unaryExpression(op, dtype)
  if (expression !== undefined) {
    return { fn: vectorKernel(name, [{ dtype, mode }], dtype, expression), takesStrides: false, imports }
  }
  const fn = scalarKernel(name, [dtype], dtype, hostExpression(op, [dtype], dtype))
  return { fn, takesStrides: true, imports }
}
