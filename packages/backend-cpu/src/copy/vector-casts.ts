import type { DType } from '@tapegrad/core'
import type { FunctionBuilder } from '../assembler/index.ts'
import { truncateToInt32 } from '../convert.ts'
import { packMasks } from '../elementwise/masks.ts'
import type { VectorExpression } from '../elementwise/vector-kernel.ts'
import { type Vectors, vectorOp } from '../elementwise/vector-math.ts'

/** The vector form of a cast; `undefined` where there is only the one of single elements. */
export function castExpression(from: DType, to: DType): VectorExpression | undefined {
  if (to === 'bool') {
    if (from === 'float32') return (fn, x) => packMasks(fn, from, vectorOp(fn, 'f32x4.ne', x!, 0))
    return from === 'int32' ? (fn, x) => packMasks(fn, from, vectorOp(fn, 'i32x4.ne', x!, 0)) : undefined
  }
  const isByte = from === 'uint8' || from === 'bool'
  switch (to) {
    case 'int32':
      if (from === 'float32') return (fn, x) => truncate(fn, x!)
      return isByte ? (fn, x) => bytesToWords(fn, x!) : undefined
    case 'float32':
      if (from === 'int32') return (fn, x) => vectorOp(fn, 'f32x4.convert_i32x4_s', x!)
      return isByte ? (fn, x) => vectorOp(fn, 'f32x4.convert_i32x4_s', bytesToWords(fn, x!)) : undefined
    case 'uint8':
      if (from === 'float32') return (fn, x) => wordsToBytes(fn, truncate(fn, x!))
      return from === 'int32' ? (fn, x) => wordsToBytes(fn, x!) : undefined
    default:
      return undefined
  }
}

/** float32 to int32; what saturates or is NaN goes the slow way, one by one. */
function truncate(fn: FunctionBuilder, x: Vectors): Vectors {
  const result = vectorOp(fn, 'i32x4.trunc_sat_f32x4_s', x)
  const isInRange = vectorOp(fn, 'f32x4.lt', vectorOp(fn, 'f32x4.abs', x), 2 ** 31)
  const all = fn.local('v128')
  fn.set(all, isInRange[0]!)
  for (const mask of isInRange.slice(1)) fn.op('v128.and', all, mask).set(all)
  fn.op('i32x4.all_true', all).op('i32.eqz')
  fn.if(() => {
    const toInt32 = truncateToInt32()
    for (const [i, vector] of x.entries()) {
      for (const lane of [0, 1, 2, 3]) {
        fn.get(result[i]!).lane('f32x4.extract_lane', lane, vector).op('f64.promote_f32')
        fn.call(toInt32).lane('i32x4.replace_lane', lane).set(result[i]!)
      }
    }
  })
  return result
}

/** Sixteen unsigned bytes as four vectors of 32-bit integers. */
function bytesToWords(fn: FunctionBuilder, bytes: Vectors): Vectors {
  const halves = [
    ...vectorOp(fn, 'i16x8.extend_low_i8x16_u', bytes),
    ...vectorOp(fn, 'i16x8.extend_high_i8x16_u', bytes),
  ]
  return halves.flatMap((half) => [
    ...vectorOp(fn, 'i32x4.extend_low_i16x8_u', [half]),
    ...vectorOp(fn, 'i32x4.extend_high_i16x8_u', [half]),
  ])
}

/** The low bytes of the integers in four vectors. */
function wordsToBytes(fn: FunctionBuilder, words: Vectors): Vectors {
  const low = vectorOp(fn, 'v128.and', words, [fn.constant('i32x4', 255)])
  const [a, b, c, d] = low.map((vector): Vectors => [vector]) as [Vectors, Vectors, Vectors, Vectors]
  const first = vectorOp(fn, 'i16x8.narrow_i32x4_s', a, b)
  return vectorOp(fn, 'i8x16.narrow_i16x8_u', first, vectorOp(fn, 'i16x8.narrow_i32x4_s', c, d))
}
