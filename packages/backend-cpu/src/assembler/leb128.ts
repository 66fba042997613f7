/** The bytes of a non-negative integer below 2³², seven bits a byte, lowest first. */
export function unsignedLeb128(value: number): number[] {
  const bytes: number[] = []
  let rest = value >>> 0
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return bytes
}

/** The same in exactly five bytes, so that the value can be filled in later. */
export function paddedLeb128(value: number): number[] {
  return [0, 7, 14, 21, 28].map((shift) => ((value >>> shift) & 0x7f) | (shift < 28 ? 0x80 : 0))
}

/** The bytes of a signed integer of up to 64 bits; the last byte's bit 6 is the sign. */
export function signedLeb128(value: number | bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt(value)
  for (;;) {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    const isLast = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)
    if (isLast) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}
