import type { DType } from '@tapegrad/core'

/** How arithmetic treats the elements of a dtype, all of which are floats on the device. */
export type ElementKind = 'float' | 'integer' | 'byte' | 'truth'

const kinds: Readonly<Record<DType, ElementKind>> = {
  bool: 'truth',
  uint8: 'byte',
  int32: 'integer',
  float32: 'float',
  // Not among the capabilities.
  float64: 'float',
}

export function kindOf(dtype: DType): ElementKind {
  return kinds[dtype]
}

/** An expression brought back into the range of its kind. */
export function wrapped(expression: string, kind: ElementKind): string {
  return kind === 'byte' ? `byte(${expression})` : expression
}

/** The expression that casts `v`. */
export function castExpression(from: ElementKind, to: ElementKind): string {
  if (from === to) return 'v'
  if (to === 'truth') return 'v == 0 ? 0 : 1'
  if (from === 'float') return wrapped('integerOf(v, inf)', to)
  // Integers have no sign on their zeros, but the floats that hold them may.
  if (to === 'float') return 'v == 0 ? 0 : v'
  return wrapped('v', to)
}
