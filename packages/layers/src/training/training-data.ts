import type { random } from '@tapegrad/core'
import type { BatchSource } from './batch-source.ts'
import { weighByClass } from './class-weight.ts'
import { makeSamples, type Samples, splitSamples } from './data.ts'
import type { FitOptions } from './fit-options.ts'
import { IterableSource, isBatchIterable } from './iterable-source.ts'
import { type OpenOptions, openSamples, openSource, type RunData, type Targets } from './open-source.ts'

type Shared = Pick<OpenOptions, 'backend' | 'listing' | 'signal' | 'holdings'> & {
  readonly generator: random.Generator
}

/** What `fit` trains on, and what it validates with. */
export async function openTraining(
  x: RunData,
  y: Targets,
  options: FitOptions,
  shared: Shared,
): Promise<{ train: BatchSource; validation: BatchSource | null }> {
  const { classWeight, sampleWeight, validationSplit = 0, shuffle = true, batchSize } = options
  const { backend, listing, signal, holdings, generator } = shared
  const validation = openValidation(options, shared)
  if (isBatchIterable(x)) {
    const source = new IterableSource('fit', x, { backend, listing, classWeight, signal })
    return { train: holdings.hold(source), validation }
  }
  const given = holdings.hold(makeSamples('fit', { x, y, sampleWeight }, backend, listing))
  const order = shuffle ? generator : null
  const openTrain = async (samples: Samples): Promise<BatchSource> => {
    // Classes weigh in training only.
    const weighed =
      classWeight === undefined
        ? samples
        : holdings.hold(await weighByClass('fit', samples, classWeight, backend))
    return openSamples(weighed, { batchSize, shuffle: order, backend, holdings })
  }
  if (validationSplit === 0) return { train: await openTrain(given), validation }
  const [train, held] = splitSamples('fit', given, validationSplit)
  holdings.hold(train)
  holdings.hold(held)
  const size = options.validationBatchSize ?? batchSize
  return {
    train: await openTrain(train),
    validation: openSamples(held, { batchSize: size, backend, holdings }),
  }
}

function openValidation(options: FitOptions, shared: Shared): BatchSource | null {
  const { validationData } = options
  if (validationData === undefined) return null
  const op = 'fit: validationData'
  if (isBatchIterable(validationData)) {
    return openSource(op, validationData, null, { ...shared, batchSize: undefined })
  }
  const [x, y, sampleWeight] = validationData
  const batchSize = options.validationBatchSize ?? options.batchSize
  return openSource(op, x, y, { ...shared, batchSize, sampleWeight })
}
