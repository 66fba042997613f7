import { checkInput } from '../autodiff/inputs.ts'
import { checkFlag } from '../errors/flag.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxes, type Shape, scalarShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { reshapeTo } from './reshape.ts'

/** Along which axes a reduction goes. */
export interface ReductionOptions {
  /** One axis or several; negative ones count from the last. Default: all. */
  readonly axis?: number | readonly number[]
  /** Whether reduced axes stay, with size 1. Default: false. */
  readonly keepDims?: boolean
}

/** What a reduction's rule knows: the reduced axes, ascending, and the shape before. */
export interface ReductionAttributes {
  readonly axes: readonly number[]
  readonly shape: Shape
}

/** The names of {@link ReductionOptions}. */
export const reductionOptionNames: readonly string[] = ['axis', 'keepDims']

/** Runs a reduction that keeps its axes, and drops them where the options say so. */
export function withAxes<D extends DType>(
  op: string,
  x: Tensor,
  options: ReductionOptions | undefined,
  reduceAxes: (x: Tensor, attributes: ReductionAttributes) => Tensor<D>,
  optionNames: readonly string[] = reductionOptionNames,
): Tensor<D> {
  checkInput(op, 'x', x)
  if (options !== undefined) checkOptionNames(op, options, optionNames)
  const keepDims = checkFlag(op, 'keepDims', options?.keepDims)
  const axes = normalizeAxes(op, options?.axis, x.shape.length)
  const kept = reduceAxes(x, { axes, shape: x.shape })
  if (keepDims || axes.length === 0) return kept
  const out = reshapeTo(kept, { from: kept.shape, to: withoutAxes(x.shape, axes) }) as Tensor<D>
  kept.dispose()
  return out
}

function withoutAxes(shape: Shape, axes: readonly number[]): Shape {
  if (axes.length === shape.length) return scalarShape
  const left: number[] = []
  for (let i = 0; i < shape.length; i++) if (!axes.includes(i)) left.push(shape[i]!)
  return left
}

/** How many elements of a shape fall together along axes. */
export function countAlong({ axes, shape }: ReductionAttributes): number {
  return axes.reduce((count, axis) => count * shape[axis]!, 1)
}
