import { ArgumentError, type Tensor } from '@tapegrad/core'
import type { SymbolicArguments } from './call-arguments.ts'
import type { MaskOf, Tensors } from './symbolic-tensor.ts'

/** What `call` is told besides its inputs; `A` are the layer's own arguments. */
export type CallOptions<I extends Tensors = Tensor, A extends object = object> = {
  readonly training: boolean
  /** The mask that came with the input, or one (or null) for each of several inputs. */
  readonly mask: MaskOf<I>
} & A

/** What `apply` takes besides its inputs; `A` are the layer's own arguments. */
export type ApplyOptions<I extends Tensors = Tensor, A extends object = object> = {
  /** Default: what the enclosing layer was told, or false. */
  readonly training?: boolean
  /** Default: the mask that came with the input. */
  readonly mask?: MaskOf<I>
} & A

/** What `apply` takes besides symbolic inputs: tensors among it may be symbolic, too. */
export type SymbolicApplyOptions<I extends Tensors = Tensor, A extends object = object> = SymbolicArguments<
  ApplyOptions<I, A>
>

/** The names of the options that every layer's `apply` takes. */
export const applyOptionNames: readonly string[] = ['training', 'mask']

/** Throws where a class has no `call`: TypeScript asks for it, JavaScript does not. */
export function checkHasCall(className: string, call: unknown): void {
  if (typeof call === 'function') return
  throw new ArgumentError('the class does not say what it computes', {
    op: `${className}.apply`,
    hint: 'override call(x, { training, mask })',
  })
}

/** Throws where the option is something else than a boolean. */
export function checkTraining(className: string, training: unknown): void {
  if (training === undefined || typeof training === 'boolean') return
  throw new ArgumentError('training is not a boolean', {
    op: `${className}.apply`,
    received: { training },
    expected: 'true or false',
  })
}
