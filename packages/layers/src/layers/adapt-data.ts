import { ArgumentError, Tensor, type TensorValues } from '@tapegrad/core'
import { type HostArray, hostArray } from './host-array.ts'

/** A batch: samples along the first axis, maybe with targets that are not looked at. */
export type AdaptBatch =
  | Tensor
  | TensorValues
  | readonly [x: Tensor, ...others: unknown[]]
  | { readonly x: Tensor | TensorValues }

/** All samples, or batches of them that come one after another. */
export type AdaptData = Tensor | TensorValues | Iterable<AdaptBatch> | AsyncIterable<AdaptBatch>

/** The batches of data: arrays of numbers are one, and so is a tensor. */
export function batchesOf(op: string, data: AdaptData): Iterable<AdaptBatch> | AsyncIterable<AdaptBatch> {
  const given: unknown = data
  const isValue = given instanceof Tensor || ArrayBuffer.isView(given) || typeof given === 'number'
  if (isValue || (Array.isArray(given) && !isListOfBatches(given))) return [data as AdaptBatch]
  const isIterable =
    typeof given === 'object' && given !== null && (Symbol.iterator in given || Symbol.asyncIterator in given)
  if (isIterable) return data as Iterable<AdaptBatch> | AsyncIterable<AdaptBatch>
  throw new ArgumentError('this is not data', {
    op,
    received: { data },
    expected: 'a tensor, arrays of numbers, or an iterable of batches',
  })
}

/** The numbers of a batch. */
export async function readBatch(op: string, batch: AdaptBatch): Promise<HostArray> {
  const x = samplesOf(batch)
  if (!(x instanceof Tensor)) return hostArray(op, 'data', x as TensorValues)
  return { shape: x.shape, data: Float64Array.from(await x.data()) }
}

function samplesOf(batch: AdaptBatch): unknown {
  if (Array.isArray(batch)) return batch[0] instanceof Tensor ? batch[0] : batch
  const isRecord = typeof batch === 'object' && !(batch instanceof Tensor) && batch !== null && 'x' in batch
  return isRecord ? (batch as { readonly x: unknown }).x : batch
}

/** Whether entries are batches of their own: tensors, [x, y] or { x }. */
function isListOfBatches(list: readonly unknown[]): boolean {
  const [first] = list
  if (first instanceof Tensor) return true
  if (Array.isArray(first)) return first[0] instanceof Tensor
  return typeof first === 'object' && first !== null && 'x' in first
}
