import { readFileSync } from 'node:fs'
import { cases } from '@tapegrad/backend-testkit'
import { expect, test } from 'vitest'

const page = readFileSync(new URL('../../../docs/ops.md', import.meta.url), 'utf8')
const told = [...page.matchAll(/^\| `(.+?)` +\| (.*?) +\|/gm)].map(([, op, summary]) => ({ op, summary }))

test('docs/ops.md has a line for every op of the kit, in its order, and for nothing else', () => {
  const ops = cases()
    .filter(({ report }) => report !== undefined)
    .map(({ name }) => name.split(/[ ,]/, 1)[0]!)
  const hint = 'write it with: node scripts/write-ops.mjs'
  expect([...told.map(({ op }) => op)].sort(), hint).toEqual([...new Set(ops)].sort())
})

test('each line says what the op computes', () => {
  expect(told.filter(({ summary }) => summary === '').map(({ op }) => op)).toEqual([])
})
