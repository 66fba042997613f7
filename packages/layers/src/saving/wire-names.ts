/** `fan_in` as `fanIn`. */
export type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S

/**
 * The spelling in TypeScript of a name that files write in snake_case.
 *
 * @example
 * ```ts
 * toCamelCase('fan_in') // 'fanIn'
 * ```
 */
export function toCamelCase<S extends string>(name: S): CamelCase<S> {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) as CamelCase<S>
}
