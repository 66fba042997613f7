import type { AdamStep } from '@tapegrad/core'
import type { Vectors } from '../elementwise/vector-math.ts'
import type { CpuView } from '../views.ts'
import { decayed } from './decay.ts'
import type { RunStep } from './run-step.ts'
import type { Step } from './step-kernel.ts'

/** The kernel of core's `adamKernel`. */
export function makeAdam(
  runStep: RunStep,
): (
  gradient: CpuView,
  variable: CpuView,
  mean: CpuView,
  meanSquare: CpuView,
  largest: CpuView | null,
  step: AdamStep,
) => void {
  return (gradient, variable, mean, meanSquare, largest, { alpha, beta1, beta2, epsilon, decay }) => {
    const tensors = [gradient, variable, mean, meanSquare]
    if (largest !== null) tensors.push(largest)
    runStep(adamStep(largest !== null, decay !== 0), tensors, [alpha, 1 - beta1, 1 - beta2, epsilon, decay])
  }
}

function adamStep(hasLargest: boolean, decays: boolean): Step {
  return {
    name: `adam${hasLargest ? '_amsgrad' : ''}${decays ? '_decay' : ''}`,
    tensors: hasLargest ? 5 : 4,
    numbers: 5,
    emit(m, part, [alpha, fraction1, fraction2, epsilon, decay]) {
      const g = part.load(0)
      const move = (tensor: number, value: Vectors, fraction: Vectors): Vectors => {
        const before = part.load(tensor)
        const moved = m.add(before, m.mul(m.sub(value, before), fraction))
        part.store(tensor, moved)
        return moved
      }
      const mean = move(2, g, fraction1!)
      let meanSquare = move(3, m.mul(g, g), fraction2!)
      if (hasLargest) {
        meanSquare = m.max(part.load(4), meanSquare)
        part.store(4, meanSquare)
      }
      const step = m.div(m.mul(mean, alpha!), m.add(m.sqrt(meanSquare), epsilon!))
      part.store(1, m.sub(decayed(m, part.load(1), decays ? decay : undefined), step))
    },
  }
}
