import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { buildProgram } from '../../../scripts/build-program.ts'

const mebibyte = 2 ** 20

/** Prints the size of a model's file, and the memory of the process before it was loaded and at the most. */
const program = `
import { Dense, loadModel, saveModel, Sequential } from ${JSON.stringify(fileURLToPath(new URL('index.ts', import.meta.url)))}
const model = new Sequential([new Dense({ units: 4096, inputShape: [4096], kernelInitializer: 'zeros' })])
const bytes = await saveModel(model)
model.dispose()
globalThis.gc()
const before = process.memoryUsage().rss
await loadModel(bytes)
console.log(JSON.stringify({ size: bytes.length, before, peak: process.resourceUsage().maxRSS * 1024 }))
`

test('a model is loaded in at most twice its file and 64 MiB more', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tapegrad-memory-'))
  try {
    const path = await buildProgram(folder, program)
    // A process of its own: nothing else has raised its peak.
    const output = execFileSync(process.execPath, ['--expose-gc', path], { encoding: 'utf8' })
    const { size, before, peak } = JSON.parse(output) as { size: number; before: number; peak: number }
    expect(size).toBeGreaterThan(64 * mebibyte)
    expect(peak - before).toBeLessThan(2 * size + 64 * mebibyte)
  } finally {
    await rm(folder, { recursive: true })
  }
})
