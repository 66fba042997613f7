import type { DigitFiles } from './train-digits.ts'

/** The files of MNIST in the browser, from the server of the tests. */
export async function fetchDigits(): Promise<DigitFiles> {
  return {
    trainImages: await bytesOf('/mnist/train-images-idx3-ubyte'),
    trainLabels: await bytesOf('/mnist/train-labels-idx1-ubyte'),
    testImages: await bytesOf('/mnist/t10k-images-idx3-ubyte'),
    testLabels: await bytesOf('/mnist/t10k-labels-idx1-ubyte'),
  }
}

async function bytesOf(url: string): Promise<Uint8Array> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`)
  return new Uint8Array(await response.arrayBuffer())
}
