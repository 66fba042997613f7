import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import type { ArgReduceOp } from '../backend/opcodes.ts'
import { runCast } from '../dispatch/cast.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { type DType, isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { gatherAlong } from './gather-along.ts'
import { isNaN as isNotANumber } from './is-nan.ts'
import { lessEqual } from './less-equal.ts'
import { lineKernel, runLineKernel } from './line-kernel.ts'
import { logicalOr } from './logical-or.ts'
import { positionsAlong } from './positions-along.ts'
import { asLine, scanAlong, widened } from './scan.ts'
import type { ValuesAndIndices } from './values-and-indices.ts'
import { where } from './where.ts'

type ExtremeKernel = (x: View, axis: number, out: View) => void

/**
 * The key of an optional kernel: the positions of the largest of all elements up to each one along `axis`.
 *
 * Of equal elements the last one counts, and the last NaN before everything else. `x` is int32, float32 or float64
 * (whichever the backend has), `out` an int32 view of the same shape. Both are contiguous, `out` is whole, `x.offset` may
 * be greater than 0. Core has merged the dimensions before and after `axis`: the rank is 1, 2 or 3, [outer, n, inner]
 * without the ones of size 1. Nothing is empty.
 */
export const cummaxKernel: KernelKey<ExtremeKernel> = /* @__PURE__ */ kernelKey('cummax', 2)

/** The key of an optional kernel as {@link cummaxKernel}, for the smallest. */
export const cumminKernel: KernelKey<ExtremeKernel> = /* @__PURE__ */ kernelKey('cummin', 2)

const keys: Readonly<Record<ArgReduceOp, KernelKey<ExtremeKernel>>> = { max: cummaxKernel, min: cumminKernel }

interface ExtremeAttributes {
  readonly op: ArgReduceOp
  readonly axis: number
}

const extremePositions: (x: Tensor, attributes: ExtremeAttributes) => Tensor<'int32'> =
  /* @__PURE__ */ defineOpWith({
    name: 'cumulativeExtreme',
    inputs: ['x'],
    forward: (x: Tensor, { op, axis }: ExtremeAttributes) =>
      tidy(() => {
        const values = runCast(x, widened(x.dtype))
        const kernel = lineKernel(keys[op], values, [axis])
        if (kernel !== undefined) {
          return runLineKernel([values], axis, ([v], along, out) => kernel(v!, along, out), 'int32')
        }
        const states = [values, positionsAlong(values, axis)]
        const [, positions] = scanAlong(states, { axis, reverse: false }, (earlier, later) => {
          const isLater = replaces(op, earlier[0]!, later[0]!)
          return later.map((state, i) => where(isLater, state, earlier[i]!))
        })
        return positions as Tensor<'int32'>
      }),
  })

/** Whether a later element counts, not the earlier one: a NaN always does, and against a NaN nothing else. */
function replaces(op: ArgReduceOp, earlier: Tensor, later: Tensor): Tensor {
  const isExtreme = op === 'max' ? lessEqual(earlier, later) : lessEqual(later, earlier)
  return isFloat(later.dtype) ? logicalOr(isExtreme, isNotANumber(later)) : isExtreme
}

/** The extremes of all elements up to each one, for `cummax` and `cummin`. */
export function cumulativeExtreme<D extends DType>(
  name: string,
  op: ArgReduceOp,
  x: Tensor<D>,
  options: { readonly axis?: number },
): ValuesAndIndices<D> {
  checkInput(name, 'x', x)
  checkOptionNames(name, options, ['axis'])
  return tidy(() => {
    const [line, axis] = asLine(x, name, options.axis)
    const indices = extremePositions(line, { op, axis })
    const values = gatherAlong(line, indices, { axis, length: line.shape[axis]! }) as Tensor<D>
    return { values, indices }
  })
}
