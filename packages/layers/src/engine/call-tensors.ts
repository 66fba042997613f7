import {
  ArgumentError,
  BackendMismatchError,
  cast,
  type FloatDType,
  isFloat,
  Tensor,
  transpose,
  UnsupportedError,
  Variable,
} from '@tapegrad/core'
import { type CallArguments, mapArguments } from './call-arguments.ts'
import { checkMask, getMask, setMask, wholeMask } from './masks.ts'

/** Checks what a layer is applied to: tensors of one backend. */
export function checkTensors(op: string, list: readonly unknown[]): asserts list is readonly Tensor[] {
  const wrong = list.length === 0 ? list : list.find((x) => !(x instanceof Tensor))
  if (wrong !== undefined) {
    throw new ArgumentError('the input is not a tensor', {
      op,
      received: { input: wrong },
      expected: 'a tensor, a symbolic tensor, or a list of either kind',
      hint: 'make one with tensor(values)',
    })
  }
  const [first, ...others] = list as readonly Tensor[]
  for (const other of others) {
    if (other.storage.backend === first!.storage.backend) continue
    throw new BackendMismatchError('the inputs live on different backends', {
      op,
      received: { backends: [first!.storage.backend.name, other.storage.backend.name] },
      hint: 'await x.to(backend) first',
    })
  }
}

/** The masks of the inputs along their first axes, or those named: those given, else those that came with them. */
export function resolveMasks(
  op: string,
  inputs: readonly Tensor[],
  given: Tensor | null | readonly (Tensor | null)[] | undefined,
  axes: readonly number[] | null,
): readonly (Tensor | null)[] {
  checkMaskCount(op, inputs, given)
  const masks = given === undefined ? inputs.map(getMask) : asMasks(given)
  return masks.map((mask, i) => {
    if (mask === null) return null
    checkMask(op, inputs[i]!, mask, axes)
    return wholeMask(inputs[i]!, mask, axes)
  })
}

function asMasks(given: Tensor | null | readonly (Tensor | null)[]): readonly (Tensor | null)[] {
  return (Array.isArray(given) ? given : [given]) as readonly (Tensor | null)[]
}

/** Throws where there is not one mask, or null, for each input. */
export function checkMaskCount(op: string, inputs: readonly unknown[], given: unknown): void {
  if (given === undefined) return
  const count = Array.isArray(given) ? given.length : 1
  if (count === inputs.length) return
  throw new ArgumentError('there is another number of masks than of inputs', {
    op,
    received: { inputs: inputs.length, masks: count },
  })
}

/** Floats in the dtype that a layer computes in; integers and booleans as they are. */
export function castInputs(inputs: readonly Tensor[], dtype: FloatDType): readonly Tensor[] {
  return inputs.map((x) => castFloat(x, dtype))
}

/** The arguments of a call, with their floats in the dtype that a layer computes in. */
export function castArguments(args: CallArguments, dtype: FloatDType): CallArguments {
  return mapArguments(args, (x) => (x instanceof Tensor ? castFloat(x, dtype) : x))
}

function castFloat(x: Tensor, dtype: FloatDType): Tensor {
  if (!isFloat(x.dtype) || x.dtype === dtype) return x
  const converted = cast(x, dtype)
  setMask(converted, getMask(x))
  return converted
}

/**
 * An output under a handle that is neither an input's nor a weight's: disposing it must not dispose those, and the
 * mask that came with an input need not be the output's.
 */
export function ownOutput(op: string, output: Tensor, inputs: readonly Tensor[]): Tensor {
  if (!(output instanceof Tensor)) {
    throw new UnsupportedError('call returned something that is not a tensor', { op, received: { output } })
  }
  return output instanceof Variable || inputs.includes(output) ? anotherHandle(output) : output
}

/** The same tensor under another handle; gradients flow through it. */
export function anotherHandle(x: Tensor): Tensor {
  return transpose(
    x,
    x.shape.map((_, axis) => axis),
  )
}
