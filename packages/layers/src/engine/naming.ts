const uses: Map<string, number> = new Map()

/**
 * A class name as Keras turns it into the names of layers.
 *
 * @example
 * ```ts
 * toSnakeCase('RepeatVector') // 'repeat_vector'
 * toSnakeCase('Conv2DTranspose') // 'conv2d_transpose'
 * ```
 */
export function toSnakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

/** A name that no object of this program has yet: `dense`, then `dense_1`, … */
export function uniqueName(prefix: string): string {
  const count = uses.get(prefix) ?? 0
  uses.set(prefix, count + 1)
  return count === 0 ? prefix : `${prefix}_${count}`
}

/** Starts counting names anew, so that tests and repeated programs get the same ones. */
export function resetNames(): void {
  uses.clear()
}
