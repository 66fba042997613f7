import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { buildProgram } from '../../../../scripts/build-program.ts'

const source = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)))

// Trains slowly, or with an argument to the end at once, and says what it does.
const program = `
import { setBackend, setSeed } from ${source('../../../core/src/index.ts')}
import { referenceBackend } from ${source('../../../core/src/reference/index.ts')}
import { callbacks } from ${source('../index.ts')}
import { count, line } from ${source('../testing/test-models.ts')}
import { BackupAndRestore } from ${source('./index.ts')}

const [, , backupDir, ending] = process.argv
setBackend(referenceBackend())
setSeed(1)
const slow = new callbacks.LambdaCallback({
  onTrainBatchBegin: () => process.stdout.write('begin '),
  onTrainBatchEnd: async () => {
    if (ending === undefined) await new Promise((resolve) => setTimeout(resolve, 50))
    process.stdout.write('end ')
  },
})
const backup = new BackupAndRestore({ backupDir, saveOnInterrupt: true })
const x = count(50).map(([i]) => [i / 50])
await line().fit(x, x, { epochs: 2, batchSize: 1, verbose: 0, callbacks: [backup, slow] })
process.stdout.write('whole ' + process.listenerCount('SIGINT'))
`

test('Ctrl-C finishes the step, saves and exits with 130; the run then goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tapegrad-interrupt-'))
  try {
    const path = await buildProgram(folder, program)
    const backupDir = join(folder, 'run')
    const run = async (ending: readonly string[]): Promise<{ said: string[]; end: unknown }> => {
      const child = spawn(process.execPath, [path, backupDir, ...ending], { stdio: 'pipe' })
      const ended = once(child, 'close')
      let text = ''
      let interrupted = false
      child.stderr.on('data', (data) => {
        text += String(data)
      })
      child.stdout.on('data', (data) => {
        text += String(data)
        if (interrupted || ending.length > 0 || text.split(' ').length < 4) return
        interrupted = true
        child.kill('SIGINT')
      })
      const end = await ended
      return { said: text.trim().split(' '), end }
    }
    const first = await run([])
    expect(first.end).toEqual([130, null])
    const done = first.said.filter((word) => word === 'end').length
    expect(first.said).toEqual(Array.from({ length: done }, () => ['begin', 'end']).flat())
    expect(done).toBeLessThan(50)
    expect(await readdir(backupDir)).toEqual(['newest.checkpoint'])
    const second = await run(['at once'])
    expect(second.end).toEqual([0, null])
    expect(second.said.filter((word) => word === 'end')).toHaveLength(100 - done)
    expect(second.said.slice(-2)).toEqual(['whole', '0'])
    expect(await readdir(folder)).not.toContain('run')
  } finally {
    await rm(folder, { recursive: true })
  }
}, 120_000)
