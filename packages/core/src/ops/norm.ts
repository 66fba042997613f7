import { defineOpWith } from '../autodiff/define-op.ts'
import { runCast } from '../dispatch/cast.ts'
import { runBinary, runSelect, runUnary } from '../dispatch/elementwise.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { ArgumentError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { zerosLike } from '../tensor/create.ts'
import { toFloatType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { runCount } from './count-non-zero.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { shareAmongEqual } from './extreme-gradient.ts'
import { logicalOr } from './logical-or.ts'
import { mul } from './mul.ts'
import { pow } from './pow.ts'
import {
  type ReductionAttributes,
  type ReductionOptions,
  reductionOptionNames,
  withAxes,
} from './reduction.ts'
import { sign } from './sign.ts'
import { where } from './where.ts'

/** Which norm {@link norm} computes, and along which axes. */
export interface NormOptions extends ReductionOptions {
  /** The power p, ±Infinity or 0. Default: 2. */
  readonly ord?: number
}

interface NormAttributes extends ReductionAttributes {
  readonly ord: number
}

const normAxes: (x: Tensor, attributes: NormAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'norm',
  inputs: ['x'],
  save: ['x', 'out'],
  forward: (x: Tensor, attributes: NormAttributes) =>
    tidy(() => runNorm(runUnary('abs', runCast(x, toFloatType(x.dtype))), attributes)),
  vjp: {
    x: (g, { x, out }, { axes, ord }) => {
      if (ord === 0) return zerosLike(x)
      if (ord === 1) return mul(g, sign(x))
      if (Math.abs(ord) === Infinity) return mul(sign(x), shareAmongEqual(g, abs(x), out, axes))
      return mul(g, ord === 2 ? direction(x, out) : slopes(x, out, ord))
    },
  },
})

/** The norms of what lies along axes, from absolute values. */
function runNorm(sizes: Tensor, { axes, ord }: NormAttributes): Tensor {
  if (ord === Infinity) return runReduction('max', sizes, axes, 0)
  if (ord === -Infinity) return runReduction('min', sizes, axes, Infinity)
  if (ord === 0) return runCast(runCount(sizes, { axes }), sizes.dtype)
  if (ord === 1) return runReduction('sum', sizes, axes)
  // The part that dominates the sum: as parts of it no powers overflow, nor vanish all together.
  const unit = ord > 0 ? runReduction('max', sizes, axes, 0) : runReduction('min', sizes, axes, Infinity)
  const isUsable = runBinary(
    'logicalAnd',
    runBinary('less', 0, unit, 'bool'),
    runBinary('less', unit, Infinity, 'bool'),
  )
  const scale = runSelect(isUsable, unit, 1, unit.dtype)
  const parts = runBinary('div', sizes, scale)
  if (ord === 2) {
    const total = runReduction('sum', runBinary('mul', parts, parts), axes)
    return runBinary('mul', scale, runUnary('sqrt', total))
  }
  const total = runReduction('sum', runBinary('pow', parts, ord), axes)
  const norms = runBinary('mul', scale, runBinary('pow', total, 1 / ord))
  // A power of 0 below 0 is infinite, and the norm 0.
  return ord > 0 ? norms : runSelect(runBinary('equal', unit, 0, 'bool'), 0, norms, norms.dtype)
}

/** x / ‖x‖, and 0 where the norm is 0. */
function direction(x: Tensor, norms: Tensor): Tensor {
  const isNothing = equal(norms, 0)
  return where(isNothing, 0, div(x, where(isNothing, 1, norms)))
}

/** sign(x) · (|x| / ‖x‖)ᵖ⁻¹, and 0 where x or the norm is 0. */
function slopes(x: Tensor, norms: Tensor, ord: number): Tensor {
  const isNothing = logicalOr(equal(x, 0), equal(norms, 0))
  const parts = div(abs(where(isNothing, 1, x)), where(isNothing, 1, norms))
  return where(isNothing, 0, mul(sign(x), pow(parts, ord - 1)))
}

/**
 * The vector norm of the elements along axes, ‖x‖ₚ = (Σ |xᵢ|ᵖ)^(1/p).
 *
 * With p = Infinity it is the largest absolute value, with −Infinity the smallest, with 0 the number of elements that are
 * not 0. Powers of large numbers do not overflow, those of small ones do not vanish. The gradient is 0 where the norm is
 * 0, and of elements that are 0.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `ord`, the p (default: 2), `axis`, one or several that are taken together (default: all), and `keepDims` (default: false).
 * @returns A float tensor of the norms; 0 where there is nothing to add up, Infinity for a p below 0.
 * @throws {@link ShapeError} for an axis that the tensor does not have, {@link ArgumentError} for an `ord` that is not a number.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.vector_norm.html
 * @example
 * ```ts
 * norm(tensor([3, 4])) // 5
 * norm(tensor([[3, -4], [5, 12]]), { axis: 1 }) // [5, 13]
 * norm(tensor([3, -4]), { ord: 1 }) // 7
 * norm(tensor([3, -4]), { ord: Infinity }) // 4
 * ```
 */
export function norm(x: Tensor, options: NormOptions = {}): Tensor {
  const names = [...reductionOptionNames, 'ord']
  return withAxes(
    'norm',
    x,
    options,
    (y, attributes) => normAxes(y, { ...attributes, ord: checkOrd(options.ord ?? 2) }),
    names,
  )
}

function checkOrd(ord: number): number {
  if (typeof ord === 'number' && !Number.isNaN(ord)) return ord
  throw new ArgumentError('ord is not a number', {
    op: 'norm',
    received: { ord },
    expected: 'a number p, 0, Infinity or -Infinity',
    hint: "for the Frobenius norm of a matrix ('fro'), leave ord out",
  })
}
