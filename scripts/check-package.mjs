// Packs the package in the current folder and checks the tarball as its users get it: publint, then attw. No type in its
// declarations is `any`.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { findAny } from './find-any.mjs'

const run = promisify(execFile)
const shell = process.platform === 'win32'
const attw = fileURLToPath(import.meta.resolve('@arethetypeswrong/cli/package.json')).replace(
  /package\.json$/,
  'dist/index.js',
)
const folder = await mkdtemp(join(tmpdir(), 'tapegrad-pack-'))
try {
  await run('pnpm', ['pack', '--pack-destination', folder], { shell })
  const [name] = await readdir(folder)
  const tarball = join(folder, name)
  const bytes = await readFile(tarball)
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  })
  for (const message of messages) console.error(`publint: ${message.type}: ${formatMessage(message, pkg)}`)
  if (messages.length > 0) process.exitCode = 1
  const declarations = (await readdir('dist', { recursive: true })).filter((file) => file.endsWith('.d.ts'))
  if (declarations.length === 0) throw new Error('there are no declarations: build first')
  for (const file of declarations) {
    for (const place of findAny(file, await readFile(join('dist', file), 'utf8'))) {
      console.error(`any: ${place}`)
      process.exitCode = 1
    }
  }
  await run(process.execPath, [attw, tarball, '--profile', 'esm-only', '--no-emoji']).catch((error) => {
    console.error(`attw: ${error.stdout}${error.stderr}`)
    process.exitCode = 1
  })
} finally {
  await rm(folder, { recursive: true })
}
