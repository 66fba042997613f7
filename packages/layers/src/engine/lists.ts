/** The entries of a list, or the one thing as a list. */
export function asList<T extends object>(value: T | readonly T[]): readonly T[] {
  return isList(value) ? value : [value]
}

/** The list, or its only entry where one thing is meant. */
export function likeInput<T extends object>(entries: readonly T[], takesList: boolean): T | readonly T[] {
  return takesList ? entries : entries[0]!
}

export function isList<T extends object>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}
