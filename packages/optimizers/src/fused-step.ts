import { type Kernel, type KernelKey, reshape, type Tensor, type Variable, type View } from '@tapegrad/core'

/** A kernel that takes a step in place, and the gradient as it wants it. */
export interface FusedStep<F extends Kernel> {
  readonly kernel: F
  readonly gradient: View
}

/**
 * What a step in one kernel needs, or `undefined` where it has to be composed: the backend lacks the kernel, or the
 * gradient has another dtype or backend than the variable. To be called in a `tidy`, before any `prepareWrite`: where
 * the gradient shares the storage of what is changed, that takes a copy.
 */
export function fusedStep<F extends Kernel>(
  key: KernelKey<F>,
  gradient: Tensor,
  variable: Variable,
): FusedStep<F> | undefined {
  const { backend } = variable.storage
  const kernel = backend.kernels.get(key)
  const isAlike = gradient.dtype === variable.dtype && gradient.storage.backend === backend
  if (kernel === undefined || !isAlike || variable.size === 0) return undefined
  return { kernel, gradient: reshape(gradient, [gradient.size]) }
}
