import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './packages.ts'

const folder = join(root, '.github/workflows')

describe.each(readdirSync(folder))('%s', (file) => {
  const text = readFileSync(join(folder, file), 'utf8')

  test('what it uses of others is pinned to a commit, with its version beside it', () => {
    const uses = [...text.matchAll(/\buses: (.*)$/gm)].map(([, what]) => what!)
    expect(uses.length).toBeGreaterThan(0)
    for (const what of uses) expect(what).toMatch(/^(\.\/\S+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/)
  })

  test('it may only read, where it does not ask for more', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m)
  })

  test('every script of npm that it runs exists', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>
    }
    for (const [, name] of text.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([name!])
  })
})
