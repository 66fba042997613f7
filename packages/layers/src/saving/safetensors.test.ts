import { SerializationError } from '@tapegrad/core'
import { describe, expect, test } from 'vitest'
import { decodeSafetensors, encodeSafetensors, type StoredArray } from './safetensors.ts'

const arrays: readonly [string, StoredArray][] = [
  ['flags', { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ['bytes', { dtype: 'uint8', shape: [2], data: Uint8Array.of(255, 7) }],
  ['counts', { dtype: 'int32', shape: [1, 2], data: Int32Array.of(-5, 2 ** 31 - 1) }],
  ['kernel', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, Number.NaN, -0, 3.5) }],
  ['scalar', { dtype: 'float64', shape: [], data: Float64Array.of(Math.PI) }],
  ['nothing', { dtype: 'float32', shape: [0, 3], data: new Float32Array(0) }],
]

/** A file with this header and these bytes after it. */
function fileOf(header: string, data: readonly number[] = [], length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header)
  const file = new Uint8Array(8 + text.length + data.length)
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  file.set(text, 8)
  file.set(data, 8 + text.length)
  return file
}

const bytesEntry = (begin: number, end: number, shape: string = `[${end - begin}]`): string =>
  `{"dtype":"U8","shape":${shape},"data_offsets":[${begin},${end}]}`

describe('round trip', () => {
  const metadata = new Map([
    ['format', 'x'],
    ['text', '{"a":"ü\\" }'],
    ['__proto__', 'plain'],
  ])
  const file = encodeSafetensors({ tensors: new Map(arrays), metadata })

  test('gives every dtype and the texts back, bit for bit', () => {
    const read = decodeSafetensors(file)
    expect([...read.metadata]).toEqual([...metadata])
    expect([...read.tensors]).toEqual(arrays)
    expect(Object.is((read.tensors.get('kernel')!.data as Float32Array)[2], -0)).toBe(true)
  })

  test('works where the bytes are not aligned', () => {
    for (let shift = 1; shift < 8; shift++) {
      const moved = new Uint8Array(file.length + shift)
      moved.set(file, shift)
      expect([...decodeSafetensors(moved.subarray(shift)).tensors]).toEqual(arrays)
    }
  })

  test('the data begins at a multiple of eight bytes', () => {
    const header = new DataView(file.buffer).getBigUint64(0, true)
    expect(Number(header) % 8).toBe(0)
  })
})

describe('refuses', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /cut off/],
    ['seven bytes', new Uint8Array(7), /cut off/],
    ['a header longer than the limit', fileOf('{}', [], 100_000_001n), /header is too long/],
    ['a header of 2⁶⁴ − 1 bytes', fileOf('{}', [], 2n ** 64n - 1n), /header is too long/],
    ['a header longer than the file', fileOf('{}', [], 3n), /cut off/],
    ['a header that is not JSON', fileOf('{"a":'), /not JSON/],
    ['a header that is a list', fileOf('[]'), /not JSON/],
    ['a header that begins with a space', fileOf(' {}'), /not JSON/],
    ['a header with a byte order mark', fileOf('\ufeff{}'), /not JSON/],
    [
      'a header that is not UTF-8',
      fileOf('{}', [], undefined).map((b, i) => (i === 9 ? 0xff : b)),
      /not JSON/,
    ],
    ['an entry that is no object', fileOf('{"a":3}'), /not an object/],
    ['an entry nested without end', fileOf(`{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`), /not an object/],
    [
      'a dtype nested without end',
      fileOf(`{"a":{"dtype":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`),
      /unknown dtype/,
    ],
    [
      'an unknown dtype',
      fileOf('{"a":{"dtype":"F8","shape":[],"data_offsets":[0,1]}}', [0]),
      /unknown dtype/,
    ],
    [
      'a dtype of Object.prototype',
      fileOf('{"a":{"dtype":"constructor","shape":[],"data_offsets":[0,1]}}', [0]),
      /unknown dtype/,
    ],
    [
      'a shape that is missing',
      fileOf('{"a":{"dtype":"U8","data_offsets":[0,1]}}', [0]),
      /not a list of sizes/,
    ],
    ['a negative size', fileOf(`{"a":${bytesEntry(0, 1, '[-1]')}}`, [0]), /not a list of sizes/],
    ['a fractional size', fileOf(`{"a":${bytesEntry(0, 1, '[0.5]')}}`, [0]), /not a list of sizes/],
    [
      'sizes whose product overflows',
      fileOf(`{"a":${bytesEntry(0, 1, '[4294967296,4294967296]')}}`, [0]),
      /do not match its shape/,
    ],
    ['offsets that are missing', fileOf('{"a":{"dtype":"U8","shape":[1]}}', [0]), /not two positions/],
    [
      'three offsets',
      fileOf('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}', [0]),
      /not two positions/,
    ],
    [
      'negative offsets',
      fileOf('{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}', [0]),
      /not two positions/,
    ],
    [
      'offsets in the wrong order',
      fileOf('{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}', [0]),
      /do not match/,
    ],
    [
      'a size that does not match the shape',
      fileOf(`{"a":${bytesEntry(0, 2, '[3]')}}`, [0, 0]),
      /do not match/,
    ],
    ['offsets beyond the file', fileOf(`{"a":${bytesEntry(0, 2)}}`, [0]), /cut off/],
    [
      'a first tensor that does not begin at 0',
      fileOf(`{"a":${bytesEntry(1, 2)}}`, [0, 0]),
      /gaps or overlap/,
    ],
    ['a gap', fileOf(`{"a":${bytesEntry(0, 1)},"b":${bytesEntry(2, 3)}}`, [0, 0, 0]), /gaps or overlap/],
    ['an overlap', fileOf(`{"a":${bytesEntry(0, 2)},"b":${bytesEntry(1, 3)}}`, [0, 0, 0]), /gaps or overlap/],
    [
      'two tensors at one place',
      fileOf(`{"a":${bytesEntry(0, 2)},"b":${bytesEntry(0, 2)}}`, [0, 0]),
      /gaps or overlap/,
    ],
    ['bytes after the last tensor', fileOf(`{"a":${bytesEntry(0, 1)}}`, [0, 0]), /after the last tensor/],
    [
      'a name twice',
      fileOf(`{"a":${bytesEntry(0, 1)},"\\u0061":${bytesEntry(1, 2)}}`, [0, 0]),
      /something twice[\s\S]*"a"/,
    ],
    [
      'a key of an entry twice',
      fileOf('{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [0]),
      /twice/,
    ],
    ['metadata that is a list', fileOf('{"__metadata__":[]}'), /metadata is not an object/],
    ['metadata that is no text', fileOf('{"__metadata__":{"a":1}}'), /not a text/],
    [
      'a bool of 2',
      fileOf('{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}', [2]),
      /neither 0 nor 1/,
    ],
  ])('%s', (_, file, message) => {
    expect(() => decodeSafetensors(file)).toThrow(SerializationError)
    expect(() => decodeSafetensors(file)).toThrow(message)
  })

  test('what is not bytes', () => {
    const decode = (): unknown => decodeSafetensors('file' as unknown as Uint8Array)
    expect(decode).toThrow(SerializationError)
    expect(decode).toThrow(/expected: a Uint8Array[\s\S]*layers\/node takes file names/)
  })

  test('names of Object.prototype are names like others', () => {
    const file = fileOf(`{"__proto__":${bytesEntry(0, 1)},"constructor":${bytesEntry(1, 2)}}`, [4, 5])
    expect([...decodeSafetensors(file).tensors.keys()]).toEqual(['__proto__', 'constructor'])
    expect(({} as { dtype?: unknown }).dtype).toBeUndefined()
  })
})
