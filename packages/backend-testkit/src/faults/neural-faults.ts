import {
  gruGradKernel,
  type Kernel,
  type KernelKey,
  KernelTable,
  layerNormGradKernel,
  layerNormKernel,
  lstmGradKernel,
  lstmKernel,
  rmsNormKernel,
} from '@tapegrad/core'
import { dataOf } from './elements.ts'
import type { Fault } from './fault.ts'
import { addPlainKernels } from './plain-kernels.ts'
import { centeredMoments, centeredSlope, layerNormGradOf, layerNormOf, rmsSlope } from './plain-norms.ts'
import { plainGruGrad, plainLstm, plainLstmGrad } from './plain-recurrent.ts'

function replacing<F extends Kernel>(key: KernelKey<F>, kernel: F): Fault['plant'] {
  return () => ({ kernels: addPlainKernels(new KernelTable()).set(key, kernel) })
}

export const neuralFaults: readonly Fault[] = [
  {
    name: 'layerNorm adds epsilon to the deviation instead of the variance',
    group: 'neural',
    caughtBy: 'layerNorm',
    plant: replacing(
      layerNormKernel,
      layerNormOf((row, epsilon) => {
        const { mean, inverse } = centeredMoments(row, 0)
        return { mean, inverse: 1 / (1 / inverse + epsilon) }
      }),
    ),
  },
  {
    name: 'layerNormGrad takes the mean for a constant',
    group: 'neural',
    caughtBy: 'layerNorm',
    plant: replacing(layerNormGradKernel, layerNormGradOf(rmsSlope)),
  },
  {
    name: 'layerNormGrad gives the gradient of gamma for that of beta',
    group: 'neural',
    caughtBy: 'layerNorm',
    plant: replacing(layerNormGradKernel, (g, x, gamma, mean, inverse, gradX, gradGamma, gradBeta) =>
      layerNormGradOf(centeredSlope)(g, x, gamma, mean, inverse, gradX, gradBeta, gradGamma),
    ),
  },
  {
    name: 'rmsNorm subtracts the mean',
    group: 'neural',
    caughtBy: 'rmsNorm',
    plant: replacing(rmsNormKernel, (x, gamma, epsilon, out, inverse) =>
      layerNormOf(centeredMoments)(x, gamma, null, epsilon, out, null, inverse),
    ),
  },
  {
    name: 'lstm begins with the cell in place of the output',
    group: 'neural',
    caughtBy: 'lstm',
    plant: replacing(lstmKernel, (projected, recurrentKernel, h0, c0, ...others) =>
      plainLstm(projected, recurrentKernel, c0, h0, ...others),
    ),
  },
  {
    name: 'lstmGrad gives the gradient of the cell for that of the output',
    group: 'neural',
    caughtBy: 'lstm',
    plant: replacing(
      lstmGradKernel,
      (g, recurrentKernel, h0, c0, mask, states, gates, gradProjected, gradH, gradC) =>
        plainLstmGrad(g, recurrentKernel, h0, c0, mask, states, gates, gradProjected, gradC, gradH),
    ),
  },
  {
    name: 'gruGrad takes the gradient of the input for that of the product',
    group: 'neural',
    caughtBy: 'gru',
    plant: replacing(
      gruGradKernel,
      (g, recurrentKernel, initial, mask, states, gates, gradProjected, gradProduct, gradInitial) => {
        plainGruGrad(
          g,
          recurrentKernel,
          initial,
          mask,
          states,
          gates,
          gradProjected,
          gradProduct,
          gradInitial,
        )
        dataOf(gradProduct).set(dataOf(gradProjected))
      },
    ),
  },
]
