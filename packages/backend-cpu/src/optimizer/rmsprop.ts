import type { RMSpropStep } from '@tapegrad/core'
import type { Vectors } from '../elementwise/vector-math.ts'
import type { CpuView } from '../views.ts'
import { decayed } from './decay.ts'
import type { RunStep } from './run-step.ts'
import type { Step } from './step-kernel.ts'

/** The kernel of core's `rmspropKernel`. */
export function makeRMSprop(
  runStep: RunStep,
): (
  gradient: CpuView,
  variable: CpuView,
  meanSquare: CpuView,
  velocity: CpuView | null,
  mean: CpuView | null,
  step: RMSpropStep,
) => void {
  return (
    gradient,
    variable,
    meanSquare,
    velocity,
    mean,
    { learningRate, rho, momentum, epsilon, decay },
  ) => {
    const state = [velocity, mean].filter((view) => view !== null)
    runStep(
      rmspropStep(velocity !== null, mean !== null, decay !== 0),
      [gradient, variable, meanSquare, ...state],
      [learningRate, rho, 1 - rho, momentum, epsilon, decay],
    )
  }
}

function rmspropStep(hasVelocity: boolean, hasMean: boolean, decays: boolean): Step {
  const parts = [hasVelocity && '_momentum', hasMean && '_centered', decays && '_decay']
  return {
    name: `rmsprop${parts.filter((part) => part !== false).join('')}`,
    tensors: 3 + Number(hasVelocity) + Number(hasMean),
    numbers: 6,
    emit(m, part, [learningRate, rho, fraction, momentum, epsilon, decay]) {
      const g = part.load(0)
      const move = (tensor: number, value: Vectors): Vectors => {
        const moved = m.add(m.mul(part.load(tensor), rho!), m.mul(value, fraction!))
        part.store(tensor, moved)
        return moved
      }
      let spread = move(2, m.mul(g, g))
      if (hasMean) {
        const mean = move(hasVelocity ? 4 : 3, g)
        spread = m.sub(spread, m.mul(mean, mean))
      }
      let step = m.div(m.mul(g, learningRate!), m.sqrt(m.add(spread, epsilon!)))
      if (hasVelocity) {
        step = m.add(m.mul(part.load(3), momentum!), step)
        part.store(3, step)
      }
      part.store(1, m.sub(decayed(m, part.load(1), decays ? decay : undefined), step))
    },
  }
}
