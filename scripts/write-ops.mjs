// node scripts/write-ops.mjs: runs the test kits, and writes what they found of each op into docs/ops.md. With --check it
// fails where that is not what the file says, with --thorough it takes many more samples, and all digits to train with.
// Then it also kills more programs that write files, and resumes runs from each of their steps. It takes what the kits
// take: a Chromium, and a Vulkan driver for Node.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import { readOpSummaries } from './read-op-summaries.mjs'
import { writeOpTables } from './write-op-tables.mjs'

const file = new URL('../docs/ops.md', import.meta.url)
const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'))
const tables = /(?<=<!-- tables -->\n)[\s\S]*(?=<!-- \/tables -->)/

process.env.KITS = process.argv.includes('--thorough') ? 'thorough' : 'report'
const report = process.env.TEST_REPORT
const vitest = await startVitest(
  'test',
  [
    'backend-cpu/src/kit.',
    'backend-gpu/src/kit.',
    'src/reference.test',
    'src/testing/training',
    'layers/src/node/kill.',
    'tapegrad/src/backup-and-restore.',
  ],
  {
    watch: false,
    reporters: ['default', ...(report === undefined ? [] : [['json', { outputFile: report }]])],
  },
)
const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()])
const failed = vitest.state.getCountOfFailedTests() + vitest.state.getUnhandledErrors().length
await vitest.close()
if (failed > 0) process.exit(1)

const findings = tests.flatMap((test) => {
  const finding = test.meta().opFinding
  return finding === undefined ? [] : [{ kit: kitOf(test), group: test.parent.name, finding }]
})
const before = readFileSync(file, 'utf8')
writeFileSync(file, before.replace(tables, `${writeOpTables(findings, readOpSummaries())}\n`))
execFileSync(process.execPath, [biome, 'format', '--write', fileURLToPath(file)])
const after = readFileSync(file, 'utf8')
if (process.argv.includes('--check') && after !== before) {
  writeFileSync(file, before)
  console.error('docs/ops.md is not what the kits find: node scripts/write-ops.mjs writes it')
  process.exit(1)
}
process.exit(0)

/** The kit that a test belongs to: what `testBackend` was called with, and the browser that it runs in. */
function kitOf(test) {
  let suite = test.parent
  while (suite.parent.type !== 'module') suite = suite.parent
  return test.project.name === 'unit' ? suite.name : `${suite.name} in Chromium`
}
