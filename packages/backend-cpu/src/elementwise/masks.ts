import type { DType } from '@tapegrad/core'
import type { FunctionBuilder } from '../assembler/index.ts'
import { constant, type Vectors, vectorOp, vectorShuffle } from './vector-math.ts'

/** Bytes of 0 and 1 from the masks of a comparison of elements of `dtype`. */
export function packMasks(fn: FunctionBuilder, dtype: DType, masks: Vectors): Vectors {
  const bytes = dtype === 'bool' || dtype === 'uint8' ? masks : narrow(fn, dtype, masks)
  return vectorOp(fn, 'v128.and', bytes, constant(fn, 'i8x16', 1))
}

function narrow(fn: FunctionBuilder, dtype: DType, masks: Vectors): Vectors {
  const words =
    dtype === 'float64' ? vectorShuffle(fn, [0, 2, 4, 6], everyOther(masks, 0), everyOther(masks, 1)) : masks
  const [a, b] = [everyOther(words, 0), everyOther(words, 1)]
  const halves = vectorOp(fn, 'i16x8.narrow_i32x4_s', a, b)
  const [c, d] = [everyOther(halves, 0), everyOther(halves, 1)]
  return vectorOp(fn, 'i8x16.narrow_i16x8_s', c, d.length === 0 ? c : d)
}

/** Masks for elements of `dtype`: all bits where the byte of a condition is not 0. */
export function unpackMasks(fn: FunctionBuilder, dtype: DType, conditions: Vectors): Vectors {
  const bytes = vectorOp(fn, 'i8x16.ne', conditions, 0)
  if (dtype === 'bool' || dtype === 'uint8') return bytes
  const halves = widen(fn, 'i16x8', 'i8x16', bytes, dtype === 'float64')
  const words = widen(fn, 'i32x4', 'i16x8', halves, false)
  return dtype === 'float64' ? widen(fn, 'i64x2', 'i32x4', words, false) : words
}

/** Lanes of twice the width, signs extended: of the lower half of each vector, then of the upper one. */
function widen(
  fn: FunctionBuilder,
  to: 'i16x8' | 'i32x4' | 'i64x2',
  from: 'i8x16' | 'i16x8' | 'i32x4',
  vectors: Vectors,
  onlyLow: boolean,
): Vectors {
  return vectors.flatMap((vector) => {
    const halves = onlyLow ? (['low'] as const) : (['low', 'high'] as const)
    return halves.map((half) => {
      const result = fn.local('v128')
      fn.op(`${to}.extend_${half}_${from}_s` as 'i16x8.extend_low_i8x16_s', vector).set(result)
      return result
    })
  })
}

function everyOther(vectors: Vectors, first: 0 | 1): Vectors {
  return vectors.filter((_, i) => i % 2 === first)
}
