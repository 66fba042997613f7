import { readFileSync } from 'node:fs'
import { type Case, cases } from '@tapegrad/backend-testkit'
import { type Backend, extendBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'

/** A row of the guide's table: the methods that a step adds, and the cases that pass from then on. */
interface Step {
  readonly methods: readonly string[]
  readonly passing: readonly string[]
}

const guide = readFileSync(new URL('../../../docs/writing-a-backend.md', import.meta.url), 'utf8')
const table = guide.slice(guide.indexOf('| what you have'), guide.indexOf('1. **Capabilities.**'))
const steps: readonly Step[] = [...table.matchAll(/^\| (`.+?) +\| (`.+?) +\|$/gm)].map(([, left, right]) => ({
  methods: namesIn(left!),
  passing: namesIn(right!),
}))

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
}

const compute = [
  'fill',
  'copy',
  'unary',
  'binary',
  'select',
  'reduce',
  'argReduce',
  'matmul',
  'gather',
  'scatterAdd',
] as const

function unfinished(methods: readonly string[]): Backend {
  const missing = compute.filter((name) => !methods.includes(name))
  const refuse = (): never => {
    throw new Error('not written yet')
  }
  return extendBackend(referenceBackend(), Object.fromEntries(missing.map((name) => [name, refuse])))
}

const all: readonly Case[] = cases({ groups: ['memory', 'backend-methods'], samples: 2, shrink: false })

test('the table of the guide has every method once', () => {
  expect(steps.flatMap(({ methods }) => methods)).toEqual(['alloc', 'free', 'write', 'read', ...compute])
})

test('the table of the guide has every case of its groups once', () => {
  expect(steps.flatMap(({ passing }) => passing).sort()).toEqual(all.map(({ name }) => name).sort())
})

describe.each(steps)('with $methods', ({ methods, passing }) => {
  const at = steps.findIndex((step) => step.methods === methods)
  const before = steps.slice(0, at).flatMap((step) => step.methods)

  test.each(passing)('%s passes, and not before', async (name) => {
    const { run } = all.find((entry) => entry.name === name)!
    await run(unfinished([...before, ...methods]))
    if (at > 0) await expect(run(unfinished(before))).rejects.toThrow('not written yet')
  })
})
