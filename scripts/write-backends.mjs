// node scripts/write-backends.mjs: writes the table of docs/backends.md from the backends themselves, each where it
// runs. It takes what their tests take: a Chromium, and a Vulkan driver for Node.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'

const file = new URL('../docs/backends.md', import.meta.url)
const biome = import.meta.resolve('@biomejs/biome/bin/biome')
const table = /(?<=<!-- table -->\n)[\s\S]*(?=<!-- \/table -->)/

const vitest = await startVitest('test', ['src/testing/documented'], { watch: false, reporters: [{}] })
const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()])
await vitest.close()

const found = tests.map((test) => ({ name: test.fullName, rows: test.meta().tableRows }))
const missing = found.filter(({ rows }) => rows === undefined)
if (found.length < 7 || missing.length > 0) {
  throw new Error(`not every backend runs here: ${missing.map(({ name }) => name).join('; ')}`)
}
const [head] = found[0].rows
const rule = head.replace(/[^|]+/g, ' --- ').trim()
const rows = found.map(({ rows: [, row] }) => row).sort()
writeFileSync(file, readFileSync(file, 'utf8').replace(table, `${[head, rule, ...rows].join('\n')}\n`))
execFileSync(process.execPath, [fileURLToPath(biome), 'format', '--write', fileURLToPath(file)])
process.exitCode = 0
