import fc, { type Arbitrary } from 'fast-check'
import type { Settings } from './case.ts'

/** How long to look for smaller inputs that fail: a convenience must not take longer than the tests. */
const shrinkingMilliseconds = 3000

/** Runs a check on generated inputs; where it fails, the error shows the smallest failing input and the seed. */
export async function checkProperty<T>(
  what: string,
  inputs: Arbitrary<T>,
  check: (input: T) => Promise<void>,
  settings: Settings,
  runs: number = settings.samples,
): Promise<void> {
  // Each check draws inputs of its own: the more of them, the more shapes.
  const seed = seedFor(settings.seed, what)
  let deadline = Infinity
  const checkInTime = async (input: T): Promise<void> => {
    if (performance.now() > deadline) return
    try {
      await check(input)
    } catch (error) {
      deadline = Math.min(deadline, performance.now() + shrinkingMilliseconds)
      throw error
    }
  }
  const result = await fc.check(fc.asyncProperty(inputs, checkInTime), {
    numRuns: runs,
    seed,
    endOnFailure: !settings.shrink,
  })
  if (!result.failed) return
  const cause = result.errorInstance
  const message = cause instanceof Error ? cause.message : String(cause)
  throw new Error(`${what}: ${message}\n  seed: ${seed}, path ${JSON.stringify(result.counterexamplePath)}`, {
    cause: cause instanceof Error ? cause.cause : cause,
  })
}

/** Another seed for each part of the kit, the same in every run. */
export function seedFor(seed: number, name: string): number {
  let hash = seed
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 1
}
