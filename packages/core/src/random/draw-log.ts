import { exchangeDefaultGenerator, type Generator } from './generator.ts'

type Kind = 'bits' | 'split'

type Draw = (generator: Generator, kind: Kind, block: number) => number

/** Where each generator stood at each of its draws, in their order. */
interface Places {
  readonly bits: number[]
  readonly split: number[]
}

/** What a function drew, so that it can draw the same once more. */
export interface DrawLog {
  readonly places: Map<Generator, Places>
  /** The generator that was used when none was given. */
  readonly shared: Generator | undefined
}

let watcher: Draw | null = null

/** The block from which a generator draws: the one where it stands, unless a function runs again. */
export function drawAt(generator: Generator, kind: Kind, block: number): number {
  return watcher === null ? block : watcher(generator, kind, block)
}

/** A log that is empty still. */
export function drawLog(): DrawLog {
  const shared = exchangeDefaultGenerator(undefined)
  exchangeDefaultGenerator(shared)
  return { places: new Map(), shared }
}

/** Runs a function and logs what it draws. */
export function logDraws<T>(log: DrawLog, run: () => T): T {
  const outer = watcher
  return withWatcher((generator, kind, block) => {
    const at = outer === null ? block : outer(generator, kind, block)
    placesOf(log, generator)[kind].push(at)
    return at
  }, run)
}

/** Runs a function that draws what was logged; afterwards generators stand where they did. */
export function repeatDraws<T>(log: DrawLog, run: () => T): T {
  const counts = new Map<Generator, { bits: number; split: number }>()
  const stood = new Map<Generator, number>()
  const shared = exchangeDefaultGenerator(log.shared)
  // Where there was none, the function made it, and uses it again.
  if (log.shared === undefined) exchangeDefaultGenerator(shared)
  try {
    return withWatcher((generator, kind, block) => {
      if (!stood.has(generator)) stood.set(generator, block)
      const count = counts.get(generator) ?? { bits: 0, split: 0 }
      counts.set(generator, count)
      return log.places.get(generator)?.[kind][count[kind]++] ?? block
    }, run)
  } finally {
    for (const [generator, block] of stood) generator.moveTo(block)
    exchangeDefaultGenerator(shared)
  }
}

function withWatcher<T>(next: Draw, run: () => T): T {
  const outer = watcher
  watcher = next
  try {
    return run()
  } finally {
    watcher = outer
  }
}

function placesOf({ places }: DrawLog, generator: Generator): Places {
  const known = places.get(generator)
  if (known !== undefined) return known
  const made: Places = { bits: [], split: [] }
  places.set(generator, made)
  return made
}
