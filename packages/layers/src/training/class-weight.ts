import { ArgumentError, type Backend, Tensor, tensor } from '@tapegrad/core'
import type { Samples } from './data.ts'

/** How much the samples of each class count; classes that are missing count 1. */
export type ClassWeight = Readonly<Record<number, number>> | ReadonlyMap<number, number>

/**
 * The weight of each sample by its class: the position of the largest entry of a row, or the label itself.
 *
 * @returns A tensor of shape [samples], the caller's to dispose.
 */
async function classWeightToSampleWeight(
  op: string,
  y: Tensor,
  classWeight: ClassWeight,
  backend: Backend,
): Promise<Tensor> {
  const weights = readWeights(op, classWeight)
  if (y.rank > 2) {
    throw new ArgumentError('classWeight needs one label for each sample', {
      op,
      received: { y },
      expected: 'y of shape [samples], [samples, 1] or [samples, classes]',
      hint: 'pass sampleWeight of shape [samples, steps] instead',
    })
  }
  const values = await y.data()
  const width = y.shape[1] ?? 1
  const classOf = (sample: number): number => {
    if (width === 1) return Math.round(values[sample]!)
    const first = sample * width
    let best = 0
    for (let i = 1; i < width; i++) if (values[first + i]! > values[first + best]!) best = i
    return best
  }
  const samples = Float32Array.from({ length: y.shape[0]! }, (_, i) => weights.get(classOf(i)) ?? 1)
  return tensor(samples, { backend })
}

/** The samples, weighed by their classes: only the weights are its own to dispose. */
export async function weighByClass(
  op: string,
  samples: Samples,
  classWeight: ClassWeight,
  backend: Backend,
): Promise<Samples> {
  const { y, sampleWeight } = samples
  if (y === null) throw new ArgumentError('classWeight needs y', { op })
  if (sampleWeight !== null) {
    throw new ArgumentError('classWeight and sampleWeight are both given', { op, expected: 'one of them' })
  }
  if (!(y instanceof Tensor)) {
    throw new ArgumentError('classWeight is for models of one output', {
      op,
      received: { y },
      hint: 'pass sampleWeight, a list with the weights for each output',
    })
  }
  const weights = await classWeightToSampleWeight(op, y, classWeight, backend)
  return { ...samples, sampleWeight: weights, dispose: () => weights.dispose() }
}

function readWeights(op: string, classWeight: ClassWeight): ReadonlyMap<number, number> {
  if (typeof classWeight !== 'object' || classWeight === null) {
    throw new ArgumentError('classWeight is not an object', {
      op,
      received: { classWeight },
      expected: '{ 0: 1, 1: 5 }, or a Map from class to weight',
    })
  }
  const entries: readonly (readonly [number, number])[] =
    classWeight instanceof Map
      ? [...(classWeight as ReadonlyMap<number, number>)]
      : Object.entries(classWeight).map(([key, weight]) => [Number(key), weight as number])
  for (const [label, weight] of entries) {
    if (Number.isInteger(label) && Number.isFinite(weight)) continue
    throw new ArgumentError('classWeight has an entry that is not a class and a finite weight', {
      op,
      received: { class: label, weight },
    })
  }
  return new Map(entries)
}
