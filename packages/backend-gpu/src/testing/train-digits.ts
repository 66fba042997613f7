import {
  Adam,
  type Backend,
  cpuBackend,
  Dense,
  div,
  Flatten,
  getBackend,
  losses,
  Sequential,
  setBackend,
  setSeed,
  type Tensor,
  tensor,
} from 'tapegrad'
import { expect, inject } from 'vitest'
import './provided.ts'

/** The four files of MNIST, as LeCun, Cortes and Burges published them. */
export interface DigitFiles {
  readonly trainImages: Uint8Array
  readonly trainLabels: Uint8Array
  readonly testImages: Uint8Array
  readonly testLabels: Uint8Array
}

const isWhole = inject('wholeMnist')

/** How many digits to train with and to test with, from the first, and how many lie on the device at a time. */
const size = isWhole
  ? { train: 60_000, test: 10_000, part: 20_000 }
  : { train: 3_000, test: 2_000, part: 3_000 }

/** GPUs in software take their time. */
export const trainingTimeout: number = isWhole ? 3_600_000 : 120_000

/** Trains on a backend and on the CPU's, from the same seed, and expects accuracies within half a point. */
export async function expectTrainedAlike(backend: Backend, files: DigitFiles): Promise<void> {
  const cpu = cpuBackend()
  const expected = await trainDigits(cpu, files)
  cpu.dispose()
  expect(expected).toBeGreaterThan(0.8)
  const accuracy = await trainDigits(backend, files)
  expect(Math.abs(accuracy - expected), `${accuracy} instead of ${expected}`).toBeLessThan(0.005)
}

/** The accuracy on test digits, from 0 to 1. */
async function trainDigits(backend: Backend, files: DigitFiles): Promise<number> {
  const before = getBackend()
  setBackend(backend)
  try {
    setSeed(1)
    const model = new Sequential([
      new Flatten({ inputShape: [28, 28] }),
      new Dense({ units: 32, activation: 'relu' }),
      new Dense({ units: 10 }),
    ])
    model.compile({
      optimizer: new Adam({ learningRate: 1e-2 }),
      loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
      metrics: ['accuracy'],
    })
    for (let start = 0; start < size.train; start += size.part) {
      const x = images(files.trainImages, start, size.part)
      const y = labels(files.trainLabels, start, size.part)
      await model.fit(x, y, { batchSize: 100, verbose: 0, seed: 1 })
      for (const data of [x, y]) data.dispose()
    }
    const x = images(files.testImages, 0, size.test)
    const y = labels(files.testLabels, 0, size.test)
    const { accuracy } = await model.evaluate(x, y, { batchSize: 500, verbose: 0 })
    for (const data of [x, y]) data.dispose()
    return accuracy!
  } finally {
    setBackend(before)
  }
}

/** Brightness from 0 to 1; the pixels follow a header of 16 bytes. */
function images(file: Uint8Array, start: number, count: number): Tensor {
  const data = file.subarray(16).subarray(start * 784, (start + count) * 784)
  const pixels = tensor(data, { shape: [count, 28, 28], dtype: 'float32' })
  const brightness = div(pixels, 255)
  pixels.dispose()
  return brightness
}

/** The digits follow a header of 8 bytes. */
function labels(file: Uint8Array, start: number, count: number): Tensor {
  return tensor(file.subarray(8).subarray(start, start + count), { dtype: 'int32' })
}
