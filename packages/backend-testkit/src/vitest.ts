import { ArgumentError, type Backend } from '@tapegrad/core'
import { afterAll, beforeAll, describe, inject, type TestContext, test } from 'vitest'
import { type Case, cases, groups, type KitOptions } from './index.ts'
import { formatFindings, type OpFinding } from './kit/op-table.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What was found of an op, where `testBackend` reports. */
    opFinding?: OpFinding
  }
  interface ProvidedContext {
    /** For every `testBackend` of a run that does not say so itself: how many samples, and whether it reports. */
    backendTestkit?: { readonly samples?: number; readonly report?: boolean }
  }
}

/** The options of the kit, and what becomes of its findings. */
export interface TestBackendOptions extends KitOptions {
  /** Whether to print the table of ops that `opTable` gives, and to leave each line in the test's `meta`. Default: false. */
  readonly report?: boolean
}

/** Devices may be slow, and a case that fails looks for a smaller input first. */
const timeout = 120_000

/**
 * Registers the cases of the kit as tests of vitest, one for each op and duty of a backend.
 *
 * Where vitest's configuration has `provide: { backendTestkit: { samples: 100, report: true } }`, so it is for all kits of a
 * run that do not say otherwise.
 *
 * @param name What the tests are called.
 * @param make Makes the backend, once for all cases; it is disposed at the end.
 * @param options As for `cases`, and `report` (default: false), which prints a table of the ops.
 * @throws {@link ArgumentError} for options that `cases` refuses, and where `make` is not a function.
 * @example
 * ```ts
 * testBackend('my backend', () => myBackend(), { skip: { erf: 'only accurate to 1e-4, see issue 7' } })
 * ```
 */
export function testBackend(
  name: string,
  make: () => Backend | Promise<Backend>,
  options: TestBackendOptions = {},
): void {
  if (typeof make !== 'function') {
    throw new ArgumentError('the backend is not made by a function', {
      op: 'testBackend',
      received: { make },
      hint: "testBackend('my backend', () => myBackend())",
    })
  }
  const { report, kit } = settle(options)
  const all = cases(kit)
  const findings: OpFinding[] = []
  describe(name, () => {
    let backend: Backend
    beforeAll(async () => {
      backend = await make()
    })
    afterAll(() => {
      backend.dispose?.()
      if (report) console.log(`${name}\n${formatFindings(findings)}`)
    })
    for (const group of groups) {
      const members = all.filter((entry) => entry.group === group)
      if (members.length === 0) continue
      describe(group, () => {
        for (const entry of members) {
          const reason = kit.skip?.[entry.name]
          const title = reason === undefined ? entry.name : `${entry.name} (known to fail: ${reason})`
          test(title, (context) => runCase(entry, backend, context, report ? findings : undefined), timeout)
        }
      })
    }
  })
}

async function runCase(
  entry: Case,
  backend: Backend,
  context: TestContext,
  findings: OpFinding[] | undefined,
): Promise<void> {
  const op = entry.name
  const note = (finding: OpFinding): void => {
    context.task.meta.opFinding = finding
    findings?.push(finding)
  }
  const reason = entry.skip?.(backend.caps)
  if (reason !== undefined) {
    if (findings && entry.report) note({ op, result: 'skipped', reason })
    context.skip(reason)
  }
  await entry.run(backend)
  if (findings && entry.report) note({ op, result: 'passes', ...(await entry.report(backend)) })
}

/** The options apart, and with what the run provides. */
function settle(options: TestBackendOptions): { report: boolean; kit: KitOptions } {
  // What is no object is refused by `cases`.
  if (typeof options !== 'object' || options === null) return { report: false, kit: options }
  const provided = inject('backendTestkit')
  const { report = provided?.report ?? false, ...kit } = options
  if (typeof report !== 'boolean') {
    throw new ArgumentError('report is not a boolean', { op: 'testBackend', received: { report } })
  }
  const samples = kit.samples ?? provided?.samples
  return { report, kit: samples === undefined ? kit : { ...kit, samples } }
}
