import {
  allocateData,
  bytesPerElement,
  type Data,
  type DType,
  type Json,
  SerializationError,
  type Shape,
  sizeOf,
} from '@tapegrad/core'
import { findDuplicateKey } from './duplicate-keys.ts'
import { isConfig } from './serializable.ts'

/** An array of a file: numbers in row-major order and their shape. */
export interface StoredArray {
  readonly dtype: DType
  readonly shape: Shape
  /** Read from a file, it may share the file's memory. */
  readonly data: Data
}

/** The contents of a safetensors file. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredArray>
  /** Texts by name. */
  readonly metadata: ReadonlyMap<string, string>
}

const names: Readonly<Record<DType, string>> = {
  bool: 'BOOL',
  uint8: 'U8',
  int32: 'I32',
  float32: 'F32',
  float64: 'F64',
}
const dtypesByName: ReadonlyMap<string, DType> = /* @__PURE__ */ new Map(
  Object.entries(names).map(([dtype, name]): [string, DType] => [name, dtype as DType]),
)

const arrays = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const

const lengthBytes = 8
const longestHeader = 100_000_000
const metadataKey = '__metadata__'

/**
 * Writes tensors and texts as a safetensors file: the header's length, a JSON header, the bytes of all tensors.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const entries: Record<string, Json> = {}
  let end = 0
  for (const [name, { dtype, shape, data }] of tensors) {
    const begin = end
    end += data.byteLength
    entries[name] = { dtype: names[dtype], shape: [...shape], data_offsets: [begin, end] }
  }
  const text = JSON.stringify({ [metadataKey]: Object.fromEntries(metadata), ...entries })
  const header = new TextEncoder().encode(text)
  // Spaces at the end of the header align the data.
  const padding = -header.length & (lengthBytes - 1)
  const start = lengthBytes + header.length + padding
  const file = new Uint8Array(start + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length + padding), true)
  file.set(header, lengthBytes)
  file.fill(0x20, lengthBytes + header.length, start)
  let position = start
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position)
    position += data.byteLength
  }
  return file
}

/**
 * Reads a safetensors file.
 *
 * Everything is checked: the header's length, its JSON and keys, dtypes and shapes; and that the tensors cover the
 * rest of the file exactly, without gaps and overlaps.
 *
 * @throws {@link SerializationError} for anything else.
 * @see https://github.com/huggingface/safetensors#format
 */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  if (!(file instanceof Uint8Array)) {
    throw new SerializationError('the file is not given as bytes', {
      op: 'safetensors',
      received: { file },
      expected: 'a Uint8Array',
      hint: 'new Uint8Array(buffer) for an ArrayBuffer; loadModel of @tapegrad/layers/node takes file names',
    })
  }
  const { header, start } = readHeader(file)
  const tensors = new Map<string, StoredArray>()
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, json]) => ({ name, ...readEntry(name, json) }))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  let position = 0
  for (const { name, dtype, shape, begin, end } of entries) {
    if (begin !== position)
      throw failure('the tensors leave gaps or overlap', { tensor: name, begin, expected: position })
    if (start + end > file.length)
      throw failure('the file is cut off', { tensor: name, bytes: file.length, needed: start + end })
    tensors.set(name, { dtype, shape, data: readData(file.subarray(start + begin, start + end), dtype) })
    position = end
  }
  if (start + position !== file.length) {
    throw failure('there are bytes after the last tensor', { bytes: file.length - start - position })
  }
  return { tensors, metadata: readMetadata(header[metadataKey]) }
}

function readHeader(file: Uint8Array): { header: Readonly<Record<string, Json>>; start: number } {
  if (file.length < lengthBytes) throw failure('the file is cut off', { bytes: file.length })
  const length = new DataView(file.buffer, file.byteOffset, file.byteLength).getBigUint64(0, true)
  if (length > longestHeader) throw failure('the header is too long', { 'header bytes': String(length) })
  const start = lengthBytes + Number(length)
  if (start > file.length)
    throw failure('the file is cut off', { bytes: file.length, 'header ends at': start })
  let header: Json
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      file.subarray(lengthBytes, start),
    )
    if (!text.startsWith('{')) throw new Error('no object')
    header = JSON.parse(text) as Json
  } catch (cause) {
    throw failure('the header is not JSON', {}, cause)
  }
  if (!isConfig(header)) throw failure('the header is not an object', {})
  const duplicate = findDuplicateKey(text)
  if (duplicate !== undefined) throw failure('the header names something twice', { key: duplicate })
  return { header, start }
}

function readEntry(name: string, json: Json): { dtype: DType; shape: Shape; begin: number; end: number } {
  if (!isConfig(json)) throw failure('the header entry of a tensor is not an object', { tensor: name })
  const { dtype: dtypeName, shape, data_offsets: offsets } = json
  const dtype = typeof dtypeName === 'string' ? dtypesByName.get(dtypeName) : undefined
  if (dtype === undefined) throw failure('unknown dtype', { tensor: name, dtype: dtypeName })
  if (!isCounts(shape)) throw failure('the shape of a tensor is not a list of sizes', { tensor: name, shape })
  if (!isCounts(offsets) || offsets.length !== 2)
    throw failure('the offsets of a tensor are not two positions', { tensor: name, offsets })
  const [begin, end] = offsets as readonly [number, number]
  const bytes = sizeOf(shape) * bytesPerElement(dtype)
  if (!Number.isSafeInteger(bytes) || end - begin !== bytes) {
    throw failure('the bytes of a tensor do not match its shape', { tensor: name, shape, dtype, offsets })
  }
  return { dtype, shape, begin, end }
}

function isCounts(json: Json | undefined): json is readonly number[] {
  return Array.isArray(json) && json.every((entry) => Number.isSafeInteger(entry) && (entry as number) >= 0)
}

/** The bytes as numbers, which stay where they are if they are aligned. */
function readData(bytes: Uint8Array, dtype: DType): Data {
  const size = bytesPerElement(dtype)
  const length = bytes.length / size
  const isAligned = bytes.byteOffset % size === 0
  const data = isAligned
    ? new arrays[dtype](bytes.buffer as ArrayBuffer, bytes.byteOffset, length)
    : allocateData(dtype, length)
  if (!isAligned) new Uint8Array(data.buffer).set(bytes)
  if (dtype === 'bool' && data.some((value) => value > 1)) throw failure('a bool is neither 0 nor 1', {})
  return data
}

function readMetadata(json: Json | undefined): ReadonlyMap<string, string> {
  if (json === undefined) return new Map()
  if (!isConfig(json)) throw failure('the metadata is not an object', {})
  const entries = Object.entries(json)
  for (const [key, value] of entries) {
    if (typeof value !== 'string') throw failure('an entry of the metadata is not a text', { key })
  }
  return new Map(entries as [string, string][])
}

function failure(
  what: string,
  received: Readonly<Record<string, unknown>>,
  cause?: unknown,
): SerializationError {
  return new SerializationError(what, {
    op: 'safetensors',
    received,
    ...(cause === undefined ? {} : { cause }),
  })
}
