import {
  adamKernel,
  formulaStepKernel,
  type Kernel,
  type KernelKey,
  KernelTable,
  rmspropKernel,
  sgdKernel,
} from '@tapegrad/core'
import { stepFormulas } from '../cases/step-formulas.ts'
import type { Fault } from './fault.ts'
import { addPlainKernels } from './plain-kernels.ts'
import { plainAdam, plainFormulaStep, plainRMSprop, plainSGD } from './plain-steps.ts'

function replacing<F extends Kernel>(
  key: KernelKey<F>,
  kernel: F,
): Pick<Fault, 'group' | 'caughtBy' | 'plant'> {
  return {
    group: 'optimizers',
    caughtBy: `kernel ${key.name}`,
    plant: () => ({ kernels: addPlainKernels(new KernelTable()).set(key, kernel) }),
  }
}

export const optimizerFaults: readonly Fault[] = [
  {
    name: 'SGD ignores Nesterov’s look-ahead',
    ...replacing(sgdKernel, (g, w, velocity, step) => plainSGD(g, w, velocity, { ...step, nesterov: false })),
  },
  {
    name: 'SGD reads the gradient from the start of its storage',
    ...replacing(sgdKernel, (g, w, velocity, step) => plainSGD({ ...g, offset: 0 }, w, velocity, step)),
  },
  {
    name: 'RMSprop adds epsilon to the root',
    ...replacing(rmspropKernel, (g, w, meanSquare, velocity, mean, step) =>
      plainRMSprop(g, w, meanSquare, velocity, mean, step, (d) => Math.sqrt(d) + step.epsilon),
    ),
  },
  {
    name: 'RMSprop divides by the mean square where it should by the variance',
    ...replacing(rmspropKernel, (g, w, meanSquare, velocity, _mean, step) =>
      plainRMSprop(g, w, meanSquare, velocity, null, step),
    ),
  },
  {
    name: 'Adam forgets the weight decay',
    ...replacing(adamKernel, (g, w, mean, meanSquare, largest, step) =>
      plainAdam(g, w, mean, meanSquare, largest, { ...step, decay: 0 }),
    ),
  },
  {
    name: 'Adam divides by the mean square of this step for AMSGrad',
    ...replacing(adamKernel, (g, w, mean, meanSquare, _largest, step) =>
      plainAdam(g, w, mean, meanSquare, null, step),
    ),
  },
  {
    name: 'a step by formula goes by the formula’s name',
    ...replacing(formulaStepKernel, (formula, ...rest) =>
      plainFormulaStep(stepFormulas.find(({ name }) => name === formula.name)!, ...rest),
    ),
  },
  {
    name: 'a step by formula forgets the weight decay',
    ...replacing(formulaStepKernel, (formula, numbers, _decay, ...views) =>
      plainFormulaStep(formula, numbers, 0, ...views),
    ),
  },
]
