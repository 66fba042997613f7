// node scripts/write-layers.mjs: runs the tests of the layers, and writes what they checked of each into docs/layers.md.
// With --check it fails where that is not what the file says.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import { readLayerClasses } from './read-layer-classes.mjs'
import { writeLayerTable } from './write-layer-table.mjs'

const file = new URL('../docs/layers.md', import.meta.url)
const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'))
const table = /(?<=<!-- table -->\n)[\s\S]*(?=<!-- \/table -->)/

const vitest = await startVitest('test', ['packages/layers/src/layers/'], { watch: false, project: ['unit'] })
const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()])
const failed = vitest.state.getCountOfFailedTests() + vitest.state.getUnhandledErrors().length
await vitest.close()
if (failed > 0) process.exit(1)

const findings = tests.flatMap((test) => test.meta().layerFindings ?? [])
const before = readFileSync(file, 'utf8')
writeFileSync(
  file,
  before.replace(table, () => `${writeLayerTable(readLayerClasses(), findings)}\n`),
)
execFileSync(process.execPath, [biome, 'format', '--write', fileURLToPath(file)])
const after = readFileSync(file, 'utf8')
if (process.argv.includes('--check') && after !== before) {
  writeFileSync(file, before)
  console.error('docs/layers.md is not what the tests check: node scripts/write-layers.mjs writes it')
  process.exit(1)
}
process.exit(0)
