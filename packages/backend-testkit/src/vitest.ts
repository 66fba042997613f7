import { ArgumentError, type Backend } from '@tapegrad/core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { cases, groups, type KitOptions } from './index.ts'

/** Devices may be slow, and a case that fails looks for a smaller input first. */
const timeout = 120_000

/**
 * Registers the cases of the kit as tests of vitest, one for each op and duty of a backend.
 *
 * @param name What the tests are called.
 * @param make Makes the backend, once for all cases; it is disposed at the end.
 * @param options As for `cases`.
 * @throws {@link ArgumentError} for options that `cases` refuses, and where `make` is not a function.
 * @example
 * ```ts
 * testBackend('my backend', () => myBackend(), { skip: { erf: 'only accurate to 1e-4, see issue 7' } })
 * ```
 */
export function testBackend(
  name: string,
  make: () => Backend | Promise<Backend>,
  options: KitOptions = {},
): void {
  if (typeof make !== 'function') {
    throw new ArgumentError('the backend is not made by a function', {
      op: 'testBackend',
      received: { make },
      hint: "testBackend('my backend', () => myBackend())",
    })
  }
  const all = cases(options)
  describe(name, () => {
    let backend: Backend
    beforeAll(async () => {
      backend = await make()
    })
    afterAll(() => backend.dispose?.())
    for (const group of groups) {
      const members = all.filter((entry) => entry.group === group)
      if (members.length === 0) continue
      describe(group, () => {
        for (const entry of members) {
          const reason = options.skip?.[entry.name]
          const title = reason === undefined ? entry.name : `${entry.name} (known to fail: ${reason})`
          test(
            title,
            async (context) => {
              const irrelevant = entry.skip?.(backend.caps)
              if (irrelevant !== undefined) context.skip(irrelevant)
              await entry.run(backend)
            },
            timeout,
          )
        }
      })
    }
  })
}
