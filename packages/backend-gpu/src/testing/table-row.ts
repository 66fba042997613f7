/// <reference path="./raw-files.d.ts" />
import type { Backend, Capabilities } from '@tapegrad/core'
import { expect, type TestContext } from 'vitest'
import text from '../../../../docs/backends.md?raw'

declare module 'vitest' {
  interface TaskMeta {
    /** Head and line of the table in docs/backends.md, as a test found them; scripts/write-backends.mjs collects them. */
    tableRows?: readonly [head: string, row: string]
  }
}

/** The columns of docs/backends.md that capabilities fill. */
const columns: Readonly<Record<string, (caps: Capabilities) => string>> = {
  dtypes: ({ dtypes }) => [...dtypes].join(', '),
  'elements of a tensor': ({ maxLength }) => power(maxLength),
  dimensions: ({ maxRank }) => String(maxRank),
  'integers are exact to': ({ maxInt }) => power(maxInt),
  'NaN, ±∞, −0': ({ specialValues }) => (specialValues ? 'as IEEE 754 says' : 'not promised'),
  'indices out of range': ({ checksIndices }) => (checksIndices ? 'throw' : 'read NaN or 0, write nothing'),
  'same bits each time': ({ deterministic }) => (deterministic ? 'yes' : 'no'),
}

/**
 * Checks that docs/backends.md tells a backend as it is where this runs.
 *
 * @param made How it is made.
 * @param runsIn What it runs in, in the words of the table.
 */
export function expectDocumented(
  { task }: TestContext,
  backend: Backend,
  made: string,
  runsIn: string,
): void {
  const cells = Object.values(columns).map((cell) => cell(backend.caps))
  const head = line(['made by', 'runs in', ...Object.keys(columns), '`dataSync`'])
  const row = line([`\`${made}\``, runsIn, ...cells, backend.readSync === undefined ? 'no' : 'yes'])
  task.meta.tableRows = [head, row]
  // The columns are padded there.
  const lines = text.replace(/ +/g, ' ').split('\n')
  expect(lines, 'write it with: node scripts/write-backends.mjs').toEqual(expect.arrayContaining([head, row]))
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

/** 2²⁴, or 2³¹ − 1. */
function power(value: number): string {
  const exponent = Math.ceil(Math.log2(value))
  const digits = [...String(exponent)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')
  const missing = 2 ** exponent - value
  return missing === 0 ? `2${digits}` : `2${digits} − ${missing}`
}
