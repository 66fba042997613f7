import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { random } from '@tapegrad/core'
import { transformWithOxc } from 'vite'
import { expect, test } from 'vitest'

const kills = process.env['KITS'] === 'thorough' ? 1000 : 10
const size = 2 ** 18

// Writes files of 1s, 2s, … without an end, and says when the first is there.
const program = `
import { writeFileSafely } from './write-file.mjs'
for (let i = 1; ; i++) {
  await writeFileSafely(process.argv[2], new Uint8Array(${size}).fill(i % 256))
  if (i === 1) process.stdout.write('written')
}
`

test('whenever a program is killed, the file that it writes is whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tapegrad-kill-'))
  try {
    const source = await readFile(new URL('write-file.ts', import.meta.url), 'utf8')
    await writeFile(join(folder, 'write-file.mjs'), (await transformWithOxc(source, 'write-file.ts')).code)
    await writeFile(join(folder, 'program.mjs'), program)
    const path = join(folder, 'weights')
    const moments = new random.Generator(1).bits(kills)
    const seen = new Set<number>()
    for (const moment of moments) {
      const child = spawn(process.execPath, [join(folder, 'program.mjs'), path], { stdio: 'pipe' })
      const ended = once(child, 'exit')
      await Promise.race([once(child.stdout, 'data'), ended])
      await new Promise((resolve) => setTimeout(resolve, moment % 40))
      child.kill('SIGKILL')
      expect(await ended).toEqual([null, 'SIGKILL'])
      const bytes = await readFile(path)
      expect(bytes.length).toBe(size)
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true)
      seen.add(bytes[0]!)
    }
    // It was killed at different moments.
    expect(seen.size).toBeGreaterThan(1)
  } finally {
    await rm(folder, { recursive: true })
  }
}, 1_800_000)
