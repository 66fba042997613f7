/** What is taken where a quantile lies between two elements. */
export type Interpolation = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest'

export const interpolations: readonly Interpolation[] = ['linear', 'lower', 'higher', 'midpoint', 'nearest']

/** A place among sorted elements: a position, and the part of the way to the next one. */
export interface Place {
  readonly position: number
  readonly weight: number
}

/** Where a quantile is taken that lies at a position, whole or not. */
export function placeOf(exact: number, interpolation: Interpolation): Place {
  const position = Math.floor(exact)
  const weight = exact - position
  if (weight === 0 || interpolation === 'lower') return { position, weight: 0 }
  if (interpolation === 'linear') return { position, weight }
  if (interpolation === 'midpoint') return { position, weight: 0.5 }
  const isUp = interpolation === 'higher' || weight > 0.5 || (weight === 0.5 && position % 2 === 1)
  return { position: isUp ? position + 1 : position, weight: 0 }
}
