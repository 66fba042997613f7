/** The contents of an IDX file: unsigned bytes and their shape. */
export interface IdxArray {
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

const unsignedByte = 0x08

/**
 * Reads the IDX format of the MNIST files: two zero bytes, the element type, the number of dimensions, the sizes as
 * big-endian 32-bit integers, and the elements.
 *
 * @throws Error for anything that is not a complete IDX file of unsigned bytes.
 * @see http://yann.lecun.com/exdb/mnist/
 */
export function parseIdx(file: Uint8Array): IdxArray {
  if (file.length < 4 || file[0] !== 0 || file[1] !== 0)
    throw new Error('not an IDX file: it does not begin with two zero bytes')
  if (file[2] !== unsignedByte)
    throw new Error(`IDX elements of type 0x${file[2]?.toString(16)}, expected unsigned bytes (0x8)`)
  const rank = file[3]!
  const start = 4 + 4 * rank
  if (file.length < start) throw new Error('the IDX header is cut off')
  const header = new DataView(file.buffer, file.byteOffset, start)
  const shape = Array.from({ length: rank }, (_, i) => header.getUint32(4 + 4 * i))
  const size = shape.reduce((product, side) => product * side, 1)
  if (file.length !== start + size)
    throw new Error(`the IDX file has ${file.length - start} elements, its header says ${size}`)
  return { shape, data: file.subarray(start) }
}
