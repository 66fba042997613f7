import { type Kernel, type KernelKey, reshape, type Tensor, type Variable, type View } from '@tapegrad/core'

/** A kernel that takes a step in place, and the gradient as it wants it. */
export interface FusedStep<F extends Kernel> {
  readonly kernel: F
  readonly gradient: View
}

/**
 * What a step in one kernel needs, or `undefined` where it has to be composed, because the backend lacks the kernel. To
 * be called in a `tidy`, before any `prepareWrite`: where the gradient shares the storage of what is changed, that takes
 * a copy.
 */
export function fusedStep<F extends Kernel>(
  key: KernelKey<F>,
  gradient: Tensor,
  variable: Variable,
): FusedStep<F> | undefined {
  const kernel = variable.storage.backend.kernels.get(key)
  return kernel && { kernel, gradient: reshape(gradient, [gradient.size]) }
}
