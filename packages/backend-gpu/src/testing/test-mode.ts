import { inject, test } from 'vitest'
import './provided.ts'

/**
 * Registers the tests of a mode where it can run. Elsewhere one test stands for them: skipped on a user's machine, its
 * name saying why, and failing in continuous integration, which must have every mode.
 */
export function testMode(mode: string, whyNot: string | undefined, register: () => void): void {
  if (whyNot === undefined) register()
  else if (inject('ci')) {
    test(`${mode} can run`, () => {
      throw new Error(whyNot)
    })
  } else test.skip(`${mode} is not tested: ${whyNot}`)
}
