/** What a Dataset does to its elements. Whoever gets an element owns its tensors; what is held back is disposed at the end. */
import { type random, TapegradError, tidy } from '@tapegrad/core'
import { type Batched, disposeTensors, keepAll, stackElements, tensorsIn } from './elements.ts'

export type Elements<T> = AsyncIterable<T>

/** Runs a user's function on an element; tensors that are not part of the result are disposed. */
export async function* mapElements<T, U>(source: Elements<T>, f: (element: T) => U): AsyncGenerator<U> {
  let index = 0
  for await (const element of source) {
    yield convert('map', index++, element, () => tidy(() => keepAll(f(element))))
  }
}

export async function* mapElementsAsync<T, U>(
  source: Elements<T>,
  f: (element: T) => U | Promise<U>,
): AsyncGenerator<U> {
  let index = 0
  for await (const element of source) {
    let result: U
    try {
      result = await f(element)
    } catch (error) {
      disposeTensors(element)
      throw withPlace('mapAsync', index, error)
    }
    disposeTensors(element, tensorsIn(result))
    index++
    yield result
  }
}

function convert<U>(method: string, index: number, element: unknown, run: () => U): U {
  let result: U
  try {
    result = run()
  } catch (error) {
    disposeTensors(element)
    throw withPlace(method, index, error)
  }
  disposeTensors(element, tensorsIn(result))
  return result
}

function withPlace(method: string, index: number, error: unknown): unknown {
  if (error instanceof TapegradError) error.addPath(`Dataset.${method}, element ${index}`)
  return error
}

export async function* filterElements<T>(
  source: Elements<T>,
  predicate: (element: T) => boolean,
): AsyncGenerator<T> {
  let index = 0
  for await (const element of source) {
    let isWanted: boolean
    try {
      isWanted = tidy(() => predicate(element))
    } catch (error) {
      disposeTensors(element)
      throw withPlace('filter', index, error)
    }
    index++
    if (isWanted) yield element
    else disposeTensors(element)
  }
}

/** Holds so many elements and gives one of them by chance, as tf.data does. */
export async function* shuffleElements<T>(
  source: Elements<T>,
  bufferSize: number,
  generator: random.Generator,
): AsyncGenerator<T> {
  const buffer: T[] = []
  const draw = (): T => {
    const [word] = generator.bits(1)
    const chosen = Math.floor((word! / 2 ** 32) * buffer.length)
    const element = buffer[chosen]!
    const last = buffer.pop()!
    if (chosen < buffer.length) buffer[chosen] = last
    return element
  }
  try {
    for await (const element of source) {
      buffer.push(element)
      if (buffer.length > bufferSize) yield draw()
    }
    while (buffer.length > 0) yield draw()
  } finally {
    for (const element of buffer) disposeTensors(element)
  }
}

export async function* batchElements<T>(
  source: Elements<T>,
  size: number,
  dropRemainder: boolean,
): AsyncGenerator<Batched<T>> {
  let held: T[] = []
  const stack = (): Batched<T> => {
    const batch = stackElements(held)
    for (const element of held) disposeTensors(element)
    held = []
    return batch
  }
  try {
    for await (const element of source) {
      held.push(element)
      if (held.length === size) yield stack()
    }
    if (held.length > 0 && !dropRemainder) yield stack()
  } finally {
    for (const element of held) disposeTensors(element)
  }
}

/** @param sourceOf The elements of the i-th repetition. */
export async function* repeatElements<T>(
  sourceOf: (repetition: number) => Elements<T>,
  count: number,
): AsyncGenerator<T> {
  for (let i = 0; i < count; i++) {
    let isEmpty = true
    for await (const element of sourceOf(i)) {
      isEmpty = false
      yield element
    }
    // An empty source would be asked forever.
    if (isEmpty) return
  }
}

export async function* takeElements<T>(source: Elements<T>, count: number): AsyncGenerator<T> {
  if (count === 0) return
  let taken = 0
  for await (const element of source) {
    yield element
    if (++taken === count) return
  }
}

export async function* skipElements<T>(source: Elements<T>, count: number): AsyncGenerator<T> {
  let skipped = 0
  for await (const element of source) {
    if (skipped++ < count) disposeTensors(element)
    else yield element
  }
}

/** Asks for elements before they are needed. */
export async function* prefetchElements<T>(source: Elements<T>, bufferSize: number): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  const asked: Promise<IteratorResult<T, unknown>>[] = []
  const ask = (): void => {
    const next = iterator.next()
    // An error is the consumer's when its turn comes, and nobody's before.
    next.catch(() => undefined)
    asked.push(next)
  }
  try {
    for (;;) {
      while (asked.length < bufferSize) ask()
      const { done, value } = await asked.shift()!
      if (done === true) return
      yield value
    }
  } finally {
    const closing = iterator.return?.()
    closing?.catch(() => undefined)
    for (const next of await Promise.allSettled(asked)) {
      if (next.status === 'fulfilled' && next.value.done !== true) disposeTensors(next.value.value)
    }
    await closing
  }
}
