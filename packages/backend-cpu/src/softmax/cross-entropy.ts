import { compile, type Exported } from '../assembler/index.ts'
import { makeCheckIndices } from '../indexing/check-indices.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import {
  type CrossEntropyKernel,
  crossEntropyKernel,
  sparseCrossEntropyKernel,
} from './cross-entropy-kernels.ts'
import { float64CrossEntropy, float64SparseCrossEntropy } from './float64.ts'

/** The cross-entropy of each row of logits, and its gradient. */
export type CrossEntropy = (logits: CpuView, labels: CpuView, loss: CpuView, gradient: CpuView) => void

/** Makes the cross-entropy with a probability for each class. */
export function makeCrossEntropy(memory: WasmMemory): CrossEntropy {
  let run: Exported<CrossEntropyKernel> | undefined
  return (logits, targets, loss, gradient) => {
    const [rows, length] = logits.shape as readonly [number, number]
    const addresses = [logits, targets, gradient].map(addressOf) as [number, number, number]
    if (logits.dtype === 'float64') {
      const first = addressOf(loss) / 8
      for (let row = 0; row < rows; row++) {
        const starts = addresses.map((address) => address / 8 + row * length)
        memory.f64[first + row] = float64CrossEntropy({ data: memory.f64, starts, step: 1, length })
      }
      return
    }
    run ??= compile({ run: crossEntropyKernel() }, memory.memory).run
    run(addresses[0], addresses[1], addressOf(loss), addresses[2], rows, length)
  }
}

/** Makes the cross-entropy with the number of a class; nothing is written where one lies outside. */
export function makeSparseCrossEntropy(memory: WasmMemory): CrossEntropy {
  const checkIndices = makeCheckIndices(memory)
  let run: Exported<CrossEntropyKernel> | undefined
  return (logits, labels, loss, gradient) => {
    const [rows, length] = logits.shape as readonly [number, number]
    checkIndices('sparseSoftmaxCrossEntropyWithLogits', labels, length, 1)
    if (logits.dtype === 'float64') {
      const firstLabel = addressOf(labels) / 4
      const firstLoss = addressOf(loss) / 8
      for (let row = 0; row < rows; row++) {
        const starts = [logits, gradient].map((view) => addressOf(view) / 8 + row * length)
        const label = memory.i32[firstLabel + row]!
        const lines = { data: memory.f64, starts, step: 1, length }
        memory.f64[firstLoss + row] = float64SparseCrossEntropy(lines, label)
      }
      return
    }
    run ??= compile({ run: sparseCrossEntropyKernel() }, memory.memory).run
    run(addressOf(logits), addressOf(labels), addressOf(loss), addressOf(gradient), rows, length)
  }
}
