import { defineListOp } from '../autodiff/define-list-op.ts'
import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { runCast } from '../dispatch/cast.ts'
import { copyView } from '../dispatch/copy.ts'
import { computed, finish, isAcceptable, temporaryCopy } from '../dispatch/prepare.ts'
import { mergeDimensions } from '../dispatch/views.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { type DType, promoteTypes } from '../tensor/dtype.ts'
import { normalizeAxis, type Shape } from '../tensor/shape.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import { regionAlong, sliceRegion, viewOfRegion } from './region.ts'

/**
 * The optional kernel of {@link concat}: writes `inputs` one after the other along `axis` of `out`.
 *
 * All views have one dtype and one rank, none is empty, and their shapes differ along `axis` only. `out` is contiguous
 * and whole; inputs have any strides where the backend is `strided`, else they are contiguous. Without the kernel each
 * input is copied into its region of `out`.
 */
export const concatKernel: KernelKey<(inputs: readonly View[], axis: number, out: View) => void> =
  /* @__PURE__ */ kernelKey('concat', 2)

interface ConcatAttributes {
  readonly axis: number
  readonly dtype: DType
  readonly shape: Shape
}

const joinAlong: (inputs: readonly Tensor[], attributes: ConcatAttributes) => Tensor =
  /* @__PURE__ */ defineListOp({
    name: 'concat',
    forward: (inputs, { axis, dtype, shape }: ConcatAttributes) => {
      const { backend } = inputs[0]!.storage
      return computed(allocate(backend, dtype, shape), (out) => {
        const parts = inputs.filter((x) => x.size > 0)
        const kernel = backend.kernels.get(concatKernel)
        if (kernel === undefined) copyParts(parts, axis, out)
        else tidy(() => callKernel(kernel, parts, axis, out))
      })
    },
    vjpAll: (g, inputs, needs, { axis }) => {
      let start = 0
      return inputs.map(({ shape }, i) => {
        const region = regionAlong(g.shape, axis, start, shape[axis]!)
        start += shape[axis]!
        return needs[i] ? sliceRegion(g, region) : null
      })
    },
  })

function copyParts(parts: readonly Tensor[], axis: number, out: Tensor): void {
  let start = 0
  for (const part of parts) {
    const length = part.shape[axis]!
    copyView(part, viewOfRegion(out, regionAlong(out.shape, axis, start, length)))
    start += length
  }
}

function callKernel(
  kernel: (inputs: readonly View[], axis: number, out: View) => void,
  parts: readonly Tensor[],
  axis: number,
  out: Tensor,
): void {
  const inputs = parts.map((part) => (part.dtype === out.dtype ? part : runCast(part, out.dtype)))
  try {
    let merged = mergeDimensions([...inputs, out], axis)
    if (!merged.views.every(isAcceptable)) {
      const whole = inputs.map((view) => (view.contiguous ? view : temporaryCopy(view)))
      merged = mergeDimensions([...whole, out], axis)
    }
    kernel(merged.views.slice(0, -1), merged.axis, merged.views.at(-1)!)
  } finally {
    finish()
  }
}

/**
 * Tensors one after the other along an axis that they have.
 *
 * @param tensors At least one tensor; their shapes agree but for the axis, their dtypes are promoted.
 * @param options `axis` (default: 0).
 * @returns A tensor whose size along the axis is the sum of theirs.
 * @throws {@link ArgumentError} for no tensors, {@link ShapeError} for shapes that do not agree, scalars, or an axis that the tensors do not have.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.concatenate.html
 * @example
 * ```ts
 * concat([tensor([[1, 2]]), tensor([[3, 4]])]) // [[1, 2], [3, 4]]
 * concat([tensor([[1, 2]]), tensor([[3, 4]])], { axis: 1 }) // [[1, 2, 3, 4]]
 * ```
 */
export function concat<D extends DType>(
  tensors: readonly Tensor<D>[],
  options?: { readonly axis?: number },
): Tensor<D>
export function concat(tensors: readonly Tensor[], options?: { readonly axis?: number }): Tensor
export function concat(tensors: readonly Tensor[], options: { readonly axis?: number } = {}): Tensor {
  checkTensors('concat', tensors)
  checkOptionNames('concat', options, ['axis'])
  const [first] = tensors as readonly [Tensor]
  const axis = normalizeAxis('concat', options.axis ?? 0, first.shape.length)
  let dtype: DType = first.dtype
  let length = 0
  tensors.forEach((x, i) => {
    const agrees =
      x.shape.length === first.shape.length &&
      x.shape.every((side, d) => d === axis || side === first.shape[d])
    if (!agrees) {
      throw new ShapeError('the shapes differ along other axes than the one to join', {
        op: 'concat',
        received: { 'tensors[0]': first, [`tensors[${i}]`]: x, axis },
        hint: 'to join along a new axis, use stack()',
      })
    }
    dtype = promoteTypes(dtype, x.dtype)
    length += x.shape[axis]!
  })
  return joinAlong(tensors, {
    axis,
    dtype,
    shape: first.shape.map((side, d) => (d === axis ? length : side)),
  })
}

/** Throws where an argument is not a list of at least one usable tensor, all on one backend. */
export function checkTensors(op: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new ArgumentError('the first argument is not an array of at least one tensor', {
      op,
      received: { tensors },
      hint: `${op}([a, b])`,
    })
  }
  tensors.forEach((x, i) => {
    checkInput(op, `tensors[${i}]`, x)
    checkSameBackend(op, tensors[0]!, x)
  })
}
