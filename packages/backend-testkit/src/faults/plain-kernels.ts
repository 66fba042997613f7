import {
  adamKernel,
  averagePoolGradientKernel,
  averagePoolKernel,
  concatKernel,
  convInputGradientKernel,
  convKernel,
  convKernelGradientKernel,
  cummaxKernel,
  cumminKernel,
  cumprodKernel,
  cumsumKernel,
  type Data,
  formulaStepKernel,
  gruGradKernel,
  gruKernel,
  IndexError,
  type KernelTable,
  layerNormGradKernel,
  layerNormKernel,
  logSoftmaxGradKernel,
  logSoftmaxKernel,
  lstmGradKernel,
  lstmKernel,
  maxPoolGradientKernel,
  maxPoolKernel,
  rmsNormGradKernel,
  rmsNormKernel,
  rmspropKernel,
  sgdKernel,
  softmaxCrossEntropyKernel,
  softmaxGradKernel,
  softmaxKernel,
  sortKernel,
  sparseSoftmaxCrossEntropyKernel,
  type View,
} from '@tapegrad/core'
import { dataOf, positionsOf } from './elements.ts'
import { lineKernel, linesOf } from './lines.ts'
import { addPlainDecompositions } from './plain-decompositions.ts'
import { plainExtreme, plainScan, plainSort } from './plain-lines.ts'
import {
  centeredMoments,
  centeredSlope,
  layerNormGradOf,
  layerNormOf,
  rmsMoments,
  rmsSlope,
} from './plain-norms.ts'
import { plainGru, plainGruGrad, plainLstm, plainLstmGrad } from './plain-recurrent.ts'
import {
  firstMaximum,
  plainAveragePool,
  plainAveragePoolGradient,
  plainConv,
  plainConvInputGradient,
  plainConvKernelGradient,
  plainMaxPool,
  plainMaxPoolGradient,
} from './plain-spatial.ts'
import { plainAdam, plainFormulaStep, plainRMSprop, plainSGD } from './plain-steps.ts'

const total = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0)

/** ln softmax of a line. */
export function logProbabilities(line: readonly number[]): number[] {
  const peak = Math.max(...line)
  const shifted = line.map((value) => value - peak)
  const normalizer = Math.log(total(shifted.map(Math.exp)))
  return shifted.map((value) => value - normalizer)
}

export const softmaxLine = (line: readonly number[]): number[] => logProbabilities(line).map(Math.exp)

const softmaxGradLine = (g: readonly number[], y: readonly number[]): number[] => {
  const projection = total(g.map((value, i) => value * y[i]!))
  return y.map((value, i) => value * (g[i]! - projection))
}

const logSoftmaxGradLine = (g: readonly number[], y: readonly number[]): number[] => {
  const sum = total(g)
  return g.map((value, i) => value - Math.exp(y[i]!) * sum)
}

/** The loss of a row and its gradient. */
export type RowLoss = (
  logits: readonly number[],
  targets: readonly number[],
) => { readonly loss: number; readonly gradient: readonly number[] }

export const crossEntropyRow: RowLoss = (logits, targets) => {
  const logs = logProbabilities(logits)
  const weight = total(targets)
  const terms = targets.map((t, c) => (t === 0 && logs[c] === -Infinity ? 0 : t * logs[c]!))
  return { loss: -total(terms), gradient: logs.map((log, c) => Math.exp(log) * weight - targets[c]!) }
}

/** The kernel of a cross-entropy, row by row. */
export function crossEntropyKernel(rowLoss: RowLoss) {
  return (logits: View, targets: View, loss: View, gradient: View): void => {
    const [rows, wanted, slopes] = [logits, targets, gradient].map((view) => linesOf(view, 1)) as [
      number[][],
      number[][],
      number[][],
    ]
    rows.forEach((row, r) => {
      const result = rowLoss(
        row.map((position) => dataOf(logits)[position]!),
        wanted[r]!.map((position) => dataOf(targets)[position]!),
      )
      dataOf(loss)[r] = result.loss
      result.gradient.forEach((slope, c) => {
        dataOf(gradient)[slopes[r]![c]!] = slope
      })
    })
  }
}

/** The same for class numbers, as targets of one 1. */
export function sparseCrossEntropyKernel(rowLoss: RowLoss) {
  return (logits: View, labels: View, loss: View, gradient: View): void => {
    const classes = logits.shape[1]!
    const chosen = positionsOf(labels as View<Data>).map((position) => dataOf(labels)[position]!)
    linesOf(logits, 1).forEach((row, r) => {
      const label = chosen[r]!
      if (label < 0 || label >= classes) {
        throw new IndexError('a label lies outside the classes', { op: 'sparseSoftmaxCrossEntropy' })
      }
      const result = rowLoss(
        row.map((position) => dataOf(logits)[position]!),
        row.map((_, c) => (c === label ? 1 : 0)),
      )
      dataOf(loss)[r] = result.loss
      result.gradient.forEach((slope, c) => {
        dataOf(gradient)[r * classes + c] = slope
      })
    })
  }
}

/** Writes the lines of each input after those of the ones before. */
export function concatViews(inputs: readonly View[], axis: number, out: View): void {
  const target = linesOf(out, axis)
  let start = 0
  for (const input of inputs) {
    linesOf(input, axis).forEach((line, i) => {
      line.forEach((position, j) => {
        dataOf(out)[target[i]![start + j]!] = dataOf(input)[position]!
      })
    })
    start += input.shape[axis]!
  }
}

/** Adds every kernel that core knows, as plain loops. */
export function addPlainKernels(kernels: KernelTable): KernelTable {
  return addPlainDecompositions(kernels)
    .set(softmaxKernel, lineKernel(softmaxLine))
    .set(softmaxGradKernel, lineKernel(softmaxGradLine))
    .set(logSoftmaxKernel, lineKernel(logProbabilities))
    .set(logSoftmaxGradKernel, lineKernel(logSoftmaxGradLine))
    .set(softmaxCrossEntropyKernel, crossEntropyKernel(crossEntropyRow))
    .set(sparseSoftmaxCrossEntropyKernel, sparseCrossEntropyKernel(crossEntropyRow))
    .set(layerNormKernel, layerNormOf(centeredMoments))
    .set(layerNormGradKernel, layerNormGradOf(centeredSlope))
    .set(rmsNormKernel, (x, gamma, epsilon, out, inverse) =>
      layerNormOf(rmsMoments)(x, gamma, null, epsilon, out, null, inverse),
    )
    .set(rmsNormGradKernel, (g, x, gamma, inverse, gradX, gradGamma) =>
      layerNormGradOf(rmsSlope)(g, x, gamma, null, inverse, gradX, gradGamma, null),
    )
    .set(lstmKernel, plainLstm)
    .set(lstmGradKernel, plainLstmGrad)
    .set(gruKernel, plainGru)
    .set(gruGradKernel, plainGruGrad)
    .set(concatKernel, concatViews)
    .set(cumsumKernel, plainScan('add'))
    .set(cumprodKernel, plainScan('mul'))
    .set(cummaxKernel, plainExtreme('max'))
    .set(cumminKernel, plainExtreme('min'))
    .set(sortKernel, plainSort())
    .set(convKernel, plainConv)
    .set(convInputGradientKernel, plainConvInputGradient)
    .set(convKernelGradientKernel, plainConvKernelGradient)
    .set(maxPoolKernel, plainMaxPool)
    .set(maxPoolGradientKernel, plainMaxPoolGradient(firstMaximum))
    .set(
      averagePoolKernel,
      plainAveragePool((inside) => inside),
    )
    .set(
      averagePoolGradientKernel,
      plainAveragePoolGradient((inside) => inside),
    )
    .set(sgdKernel, plainSGD)
    .set(rmspropKernel, plainRMSprop)
    .set(adamKernel, plainAdam)
    .set(formulaStepKernel, plainFormulaStep)
}
