declare const signature: unique symbol

/** A function that a backend may add: views and plain values in, results written into views. */
export type Kernel = (...args: never[]) => void

/** The typed name of an optional kernel. Two keys of the same name are two keys. */
export interface KernelKey<F extends Kernel> {
  readonly name: string
  /** The positions of the arguments that the kernel writes; all others are only read. */
  readonly writes: readonly number[]
  readonly [signature]?: F
}

/**
 * Makes the key of an optional fused kernel.
 *
 * Ops ask the backend for it (`getBackend().kernels.get(key)`) and compose the result from required methods where
 * it is missing. Packages outside core make keys of their own in the same way.
 *
 * @param name What profilers and errors call the kernel.
 * @param writes The positions of the arguments it writes.
 * @example
 * ```ts
 * const rmsNormKernel = kernelKey<(x: View, scale: View, epsilon: number, out: View) => void>('rmsNorm', 3)
 * backend.kernels.set(rmsNormKernel, (x, scale, epsilon, out) => launch(x, scale, epsilon, out))
 * ```
 */
export function kernelKey<F extends Kernel>(name: string, ...writes: readonly number[]): KernelKey<F> {
  return { name, writes }
}

/** The optional kernels of one backend instance. */
export class KernelTable {
  readonly #kernels = new Map<KernelKey<never>, Kernel>()

  /** Adds or replaces a kernel. */
  set<F extends Kernel>(key: KernelKey<F>, kernel: F): this {
    this.#kernels.set(key as KernelKey<never>, kernel)
    return this
  }

  /** The kernel, or `undefined` where the backend has none. */
  get<F extends Kernel>(key: KernelKey<F>): F | undefined {
    return this.#kernels.get(key as KernelKey<never>) as F | undefined
  }

  /** Removes a kernel, so that core composes it again. */
  delete<F extends Kernel>(key: KernelKey<F>): boolean {
    return this.#kernels.delete(key as KernelKey<never>)
  }

  keys(): IterableIterator<KernelKey<never>> {
    return this.#kernels.keys()
  }
}
