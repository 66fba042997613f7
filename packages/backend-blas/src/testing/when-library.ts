import { inject, test } from 'vitest'
import { type BlasLibrary, loadLibrary } from '../library.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether what a test needs must be there: set where continuous integration runs. */
    readonly ci: boolean
  }
}

/**
 * Registers tests that take a library, where there is one. Elsewhere one test stands for them: skipped on a user's
 * machine, its name saying what to install, and failing in continuous integration.
 */
export function whenLibrary(what: string, register: (library: BlasLibrary) => void): void {
  let library: BlasLibrary
  try {
    library = loadLibrary(undefined)
  } catch (error) {
    if (inject('ci')) {
      test(`${what} is tested`, () => {
        throw error
      })
    } else test.skip(`${what} is not tested: ${error instanceof Error ? error.message : String(error)}`)
    return
  }
  register(library)
}
