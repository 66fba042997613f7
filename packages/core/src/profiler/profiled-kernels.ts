import { type Kernel, type KernelKey, KernelTable } from '../backend/kernel-key.ts'

/** The kernels of another table, each wrapped when it is asked for: what is added to either later is in both. */
export class ProfiledKernels extends KernelTable {
  readonly #kernels: KernelTable
  readonly #timed: <F extends Kernel>(name: string, kernel: F) => F
  // Ops ask for their kernel at every call: the same kernel is wrapped once.
  readonly #wrapped = new Map<KernelKey<never>, { readonly kernel: Kernel; readonly timed: Kernel }>()

  constructor(kernels: KernelTable, timed: <F extends Kernel>(name: string, kernel: F) => F) {
    super()
    this.#kernels = kernels
    this.#timed = timed
  }

  override set<F extends Kernel>(key: KernelKey<F>, kernel: F): this {
    this.#kernels.set(key, kernel)
    return this
  }

  override get<F extends Kernel>(key: KernelKey<F>): F | undefined {
    const kernel = this.#kernels.get(key)
    if (kernel === undefined) return undefined
    const known = this.#wrapped.get(key as KernelKey<never>)
    if (known?.kernel === kernel) return known.timed as F
    const timed = this.#timed(`kernel ${key.name}`, kernel)
    this.#wrapped.set(key as KernelKey<never>, { kernel, timed })
    return timed
  }

  override delete<F extends Kernel>(key: KernelKey<F>): boolean {
    this.#wrapped.delete(key as KernelKey<never>)
    return this.#kernels.delete(key)
  }

  override keys(): IterableIterator<KernelKey<never>> {
    return this.#kernels.keys()
  }
}
