/** Loads of scalars: from an address on the stack plus a fixed offset. */
export const scalarLoadOpcodes = {
  'i32 -> i32': {
    'i32.load': 0x28,
    'i32.load8_s': 0x2c,
    'i32.load8_u': 0x2d,
    'i32.load16_s': 0x2e,
    'i32.load16_u': 0x2f,
  },
  'i32 -> i64': {
    'i64.load': 0x29,
    'i64.load8_s': 0x30,
    'i64.load8_u': 0x31,
    'i64.load16_s': 0x32,
    'i64.load16_u': 0x33,
    'i64.load32_s': 0x34,
    'i64.load32_u': 0x35,
  },
  'i32 -> f32': {
    'f32.load': 0x2a,
  },
  'i32 -> f64': {
    'f64.load': 0x2b,
  },
} as const

/** Loads of vectors: whole, widening, repeating one element, or one element and zeros. */
export const simdLoadOpcodes = {
  'i32 -> v128': {
    'v128.load': 0x00,
    'v128.load8x8_s': 0x01,
    'v128.load8x8_u': 0x02,
    'v128.load16x4_s': 0x03,
    'v128.load16x4_u': 0x04,
    'v128.load32x2_s': 0x05,
    'v128.load32x2_u': 0x06,
    'v128.load8_splat': 0x07,
    'v128.load16_splat': 0x08,
    'v128.load32_splat': 0x09,
    'v128.load64_splat': 0x0a,
    'v128.load32_zero': 0x5c,
    'v128.load64_zero': 0x5d,
  },
} as const

/** Stores of scalars: the address lies under the value on the stack. */
export const scalarStoreOpcodes = {
  'i32 i32 ->': {
    'i32.store': 0x36,
    'i32.store8': 0x3a,
    'i32.store16': 0x3b,
  },
  'i32 i64 ->': {
    'i64.store': 0x37,
    'i64.store8': 0x3c,
    'i64.store16': 0x3d,
    'i64.store32': 0x3e,
  },
  'i32 f32 ->': {
    'f32.store': 0x38,
  },
  'i32 f64 ->': {
    'f64.store': 0x39,
  },
} as const

/** The store of a vector. */
export const simdStoreOpcodes = {
  'i32 v128 ->': {
    'v128.store': 0x0b,
  },
} as const

/** Loads into one lane of a vector, the others kept. */
export const loadLaneOpcodes = {
  'i32 v128 -> v128': {
    'v128.load8_lane': 0x54,
    'v128.load16_lane': 0x55,
    'v128.load32_lane': 0x56,
    'v128.load64_lane': 0x57,
  },
} as const

/** Stores of one lane of a vector. */
export const storeLaneOpcodes = {
  'i32 v128 ->': {
    'v128.store8_lane': 0x58,
    'v128.store16_lane': 0x59,
    'v128.store32_lane': 0x5a,
    'v128.store64_lane': 0x5b,
  },
} as const

/** Whole regions: address, value or source address, number of bytes. The bytes that follow name the memory. */
export const bulkOpcodes = {
  'i32 i32 i32 ->': {
    'memory.copy': 0x0a,
    'memory.fill': 0x0b,
  },
} as const
