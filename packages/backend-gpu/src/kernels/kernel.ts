/**
 * A kernel as gpu.js takes it: a function that computes one element, number `this.thread.x`, of its result.
 *
 * Its arguments are arrays, then whole numbers (offsets, strides, lengths), then floats. It is written once for all
 * modes.
 */
export interface KernelSource {
  /** What it is called in the cache and in errors; two kernels of one name are the same. */
  readonly name: string
  readonly arrays: readonly string[]
  readonly integers: readonly string[]
  readonly floats: readonly string[]
  readonly body: string
  /** Whether its arrays come from the program, not from the device. */
  readonly takesHostArrays?: boolean
}

const made = new Map<string, KernelSource>()

/** The kernel of a name, written on first use: names say op, dtype and form, never a shape, so there are few. */
export function kernel(name: string, write: () => Omit<KernelSource, 'name'>): KernelSource {
  let source = made.get(name)
  if (source === undefined) {
    source = { name, ...write() }
    made.set(name, source)
  }
  return source
}
