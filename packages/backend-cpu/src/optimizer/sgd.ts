import type { SGDStep } from '@tapegrad/core'
import type { CpuView } from '../views.ts'
import { decayed } from './decay.ts'
import type { RunStep } from './run-step.ts'
import type { Step } from './step-kernel.ts'

/** The kernel of core's `sgdKernel`. */
export function makeSGD(
  runStep: RunStep,
): (gradient: CpuView, variable: CpuView, velocity: CpuView | null, step: SGDStep) => void {
  return (gradient, variable, velocity, { learningRate, momentum, nesterov, decay }) => {
    const decays = decay !== 0
    if (velocity === null) runStep(plainStep(decays), [gradient, variable], [learningRate, decay])
    else {
      const numbers = [learningRate, momentum, decay]
      runStep(momentumStep(nesterov, decays), [gradient, variable, velocity], numbers)
    }
  }
}

function plainStep(decays: boolean): Step {
  return {
    name: decays ? 'sgd_decay' : 'sgd',
    tensors: 2,
    numbers: 2,
    emit(m, part, [learningRate, decay]) {
      const step = m.mul(part.load(0), learningRate!)
      part.store(1, m.sub(decayed(m, part.load(1), decays ? decay : undefined), step))
    },
  }
}

function momentumStep(nesterov: boolean, decays: boolean): Step {
  return {
    name: `sgd_${nesterov ? 'nesterov' : 'momentum'}${decays ? '_decay' : ''}`,
    tensors: 3,
    numbers: 3,
    emit(m, part, [learningRate, momentum, decay]) {
      const step = m.mul(part.load(0), learningRate!)
      const velocity = m.sub(m.mul(part.load(2), momentum!), step)
      part.store(2, velocity)
      const move = nesterov ? m.sub(m.mul(velocity, momentum!), step) : velocity
      part.store(1, m.add(decayed(m, part.load(1), decays ? decay : undefined), move))
    },
  }
}
