import { ArgumentError, sqrt, square, sum, type Tensor } from '@tapegrad/core'
import type { ConfigReader } from '../saving/config-reader.ts'

/** What Keras adds to norms before it divides by them. */
export const epsilon = 1e-7

/** The axes that a constraint takes norms along: one or several. */
export type NormAxis = number | readonly number[]

/** The norms along the axes, which stay with size 1. */
export function weightNorms(weight: Tensor, axis: NormAxis): Tensor {
  return sqrt(sum(square(weight), { axis, keepDims: true }))
}

export function checkNormAxis(op: string, axis: unknown): NormAxis {
  if (Number.isSafeInteger(axis)) return axis as number
  if (Array.isArray(axis) && axis.length > 0 && axis.every((each) => Number.isSafeInteger(each)))
    return [...axis]
  throw new ArgumentError('axis is neither a whole number nor a list of them', { op, received: { axis } })
}

export function readNormAxis(read: ConfigReader): NormAxis {
  return Array.isArray(read.json('axis', 0)) ? read.integers('axis') : read.integer('axis', 0)
}
