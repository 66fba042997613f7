import { unsignedLeb128 } from './leb128.ts'

/** The types of values, by the names of the text format. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

export const valueTypeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
}

const simdPrefix = 0xfd
const bulkPrefix = 0xfc

/** Instructions without immediate operands, with the codes of the specification. */
const plainCodes = {
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ne': 0x47,
  'i32.lt_s': 0x48,
  'i32.lt_u': 0x49,
  'i32.gt_s': 0x4a,
  'i32.gt_u': 0x4b,
  'i32.le_s': 0x4c,
  'i32.le_u': 0x4d,
  'i32.ge_s': 0x4e,
  'i32.ge_u': 0x4f,
  'f32.eq': 0x5b,
  'f32.ne': 0x5c,
  'f32.lt': 0x5d,
  'f32.gt': 0x5e,
  'f32.le': 0x5f,
  'f32.ge': 0x60,
  'f64.eq': 0x61,
  'f64.ne': 0x62,
  'f64.lt': 0x63,
  'f64.gt': 0x64,
  'f64.le': 0x65,
  'f64.ge': 0x66,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_s': 0x6d,
  'i32.div_u': 0x6e,
  'i32.rem_s': 0x6f,
  'i32.rem_u': 0x70,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.xor': 0x73,
  'i32.shl': 0x74,
  'i32.shr_s': 0x75,
  'i32.shr_u': 0x76,
  'f32.abs': 0x8b,
  'f32.neg': 0x8c,
  'f32.ceil': 0x8d,
  'f32.floor': 0x8e,
  'f32.trunc': 0x8f,
  'f32.nearest': 0x90,
  'f32.sqrt': 0x91,
  'f32.add': 0x92,
  'f32.sub': 0x93,
  'f32.mul': 0x94,
  'f32.div': 0x95,
  'f32.min': 0x96,
  'f32.max': 0x97,
  'f32.copysign': 0x98,
  'f64.abs': 0x99,
  'f64.neg': 0x9a,
  'f64.ceil': 0x9b,
  'f64.floor': 0x9c,
  'f64.trunc': 0x9d,
  'f64.nearest': 0x9e,
  'f64.sqrt': 0x9f,
  'f64.add': 0xa0,
  'f64.sub': 0xa1,
  'f64.mul': 0xa2,
  'f64.div': 0xa3,
  'f64.min': 0xa4,
  'f64.max': 0xa5,
  'f64.copysign': 0xa6,
  'f32.convert_i32_s': 0xb2,
  'f32.convert_i32_u': 0xb3,
  'f32.demote_f64': 0xb6,
  'f64.convert_i32_s': 0xb7,
  'f64.convert_i32_u': 0xb8,
  'f64.promote_f32': 0xbb,
  'i32.reinterpret_f32': 0xbc,
  'f32.reinterpret_i32': 0xbe,
} as const

const plainSimdCodes = {
  'i8x16.splat': 15,
  'i16x8.splat': 16,
  'i32x4.splat': 17,
  'i64x2.splat': 18,
  'f32x4.splat': 19,
  'f64x2.splat': 20,
  'i8x16.eq': 35,
  'i8x16.ne': 36,
  'i8x16.lt_u': 38,
  'i8x16.gt_u': 40,
  'i8x16.le_u': 42,
  'i8x16.ge_u': 44,
  'i32x4.eq': 55,
  'i32x4.ne': 56,
  'i32x4.lt_s': 57,
  'i32x4.gt_s': 59,
  'i32x4.le_s': 61,
  'i32x4.ge_s': 63,
  'f32x4.eq': 65,
  'f32x4.ne': 66,
  'f32x4.lt': 67,
  'f32x4.gt': 68,
  'f32x4.le': 69,
  'f32x4.ge': 70,
  'f64x2.eq': 71,
  'f64x2.ne': 72,
  'f64x2.lt': 73,
  'f64x2.gt': 74,
  'f64x2.le': 75,
  'f64x2.ge': 76,
  'v128.not': 77,
  'v128.and': 78,
  'v128.andnot': 79,
  'v128.or': 80,
  'v128.xor': 81,
  'v128.bitselect': 82,
  'v128.any_true': 83,
  'f32x4.demote_f64x2_zero': 94,
  'f64x2.promote_low_f32x4': 95,
  'i8x16.narrow_i16x8_s': 101,
  'i8x16.narrow_i16x8_u': 102,
  'f32x4.ceil': 103,
  'f32x4.floor': 104,
  'f32x4.trunc': 105,
  'f32x4.nearest': 106,
  'i8x16.add': 110,
  'i8x16.sub': 113,
  'f64x2.ceil': 116,
  'f64x2.floor': 117,
  'i8x16.min_u': 119,
  'i8x16.max_u': 121,
  'f64x2.trunc': 122,
  'i16x8.narrow_i32x4_s': 133,
  'i16x8.narrow_i32x4_u': 134,
  'f64x2.nearest': 148,
  'i32x4.abs': 160,
  'i32x4.neg': 161,
  'i32x4.all_true': 163,
  'i32x4.bitmask': 164,
  'i32x4.shl': 171,
  'i32x4.shr_s': 172,
  'i32x4.shr_u': 173,
  'i32x4.add': 174,
  'i32x4.sub': 177,
  'i32x4.mul': 181,
  'i32x4.min_s': 182,
  'i32x4.max_s': 184,
  'f32x4.abs': 224,
  'f32x4.neg': 225,
  'f32x4.sqrt': 227,
  'f32x4.add': 228,
  'f32x4.sub': 229,
  'f32x4.mul': 230,
  'f32x4.div': 231,
  'f32x4.min': 232,
  'f32x4.max': 233,
  'f32x4.pmin': 234,
  'f32x4.pmax': 235,
  'f64x2.abs': 236,
  'f64x2.neg': 237,
  'f64x2.sqrt': 239,
  'f64x2.add': 240,
  'f64x2.sub': 241,
  'f64x2.mul': 242,
  'f64x2.div': 243,
  'f64x2.min': 244,
  'f64x2.max': 245,
  'f64x2.pmin': 246,
  'f64x2.pmax': 247,
  'i32x4.trunc_sat_f32x4_s': 248,
  'f32x4.convert_i32x4_s': 250,
  'f32x4.convert_i32x4_u': 251,
} as const

const plainBulkCodes = { 'i32.trunc_sat_f32_s': 0, 'i32.trunc_sat_f64_s': 2 } as const

/** Loads and stores: the code and the natural alignment as a power of two. */
const memoryCodes = {
  'i32.load': [0x28, 2],
  'f32.load': [0x2a, 2],
  'f64.load': [0x2b, 3],
  'i32.load8_u': [0x2d, 0],
  'i32.store': [0x36, 2],
  'f32.store': [0x38, 2],
  'f64.store': [0x39, 3],
  'i32.store8': [0x3a, 0],
} as const

const memorySimdCodes = {
  'v128.load': [0, 4],
  'v128.load32_splat': [9, 2],
  'v128.load64_splat': [10, 3],
  'v128.store': [11, 4],
  'v128.load32_zero': [92, 2],
  'v128.load64_zero': [93, 3],
} as const

/** Instructions that name a lane. */
const laneCodes = {
  'i32x4.extract_lane': 27,
  'i32x4.replace_lane': 28,
  'f32x4.extract_lane': 31,
  'f32x4.replace_lane': 32,
  'f64x2.extract_lane': 33,
  'f64x2.replace_lane': 34,
} as const

export type PlainInstruction =
  | keyof typeof plainCodes
  | keyof typeof plainSimdCodes
  | keyof typeof plainBulkCodes
export type MemoryInstruction = keyof typeof memoryCodes | keyof typeof memorySimdCodes
export type LaneInstruction = keyof typeof laneCodes

const plainBytes: ReadonlyMap<string, readonly number[]> = /* @__PURE__ */ new Map<string, readonly number[]>(
  [
    ...Object.entries(plainCodes).map(([name, code]): [string, number[]] => [name, [code]]),
    ...Object.entries(plainSimdCodes).map(([name, code]): [string, number[]] => [
      name,
      [simdPrefix, ...unsignedLeb128(code)],
    ]),
    ...Object.entries(plainBulkCodes).map(([name, code]): [string, number[]] => [name, [bulkPrefix, code]]),
  ],
)

interface MemoryEncoding {
  readonly code: readonly number[]
  readonly alignment: number
}

const memoryBytes: ReadonlyMap<string, MemoryEncoding> = /* @__PURE__ */ new Map<string, MemoryEncoding>([
  ...Object.entries(memoryCodes).map(([name, [code, alignment]]): [string, MemoryEncoding] => [
    name,
    { code: [code], alignment },
  ]),
  ...Object.entries(memorySimdCodes).map(([name, [code, alignment]]): [string, MemoryEncoding] => [
    name,
    { code: [simdPrefix, code], alignment },
  ]),
])

export function encodePlain(name: PlainInstruction): readonly number[] {
  return plainBytes.get(name)!
}

/** Vectors are not aligned in memory in general, so they promise no alignment. */
export function encodeMemory(name: MemoryInstruction, offset: number): readonly number[] {
  const { code, alignment } = memoryBytes.get(name)!
  return [...code, name.startsWith('v128') ? 0 : alignment, ...unsignedLeb128(offset)]
}

export function encodeLane(name: LaneInstruction, lane: number): readonly number[] {
  return [simdPrefix, laneCodes[name], lane]
}

export const plainInstructions: readonly PlainInstruction[] = /* @__PURE__ */ [
  ...plainBytes.keys(),
] as PlainInstruction[]
