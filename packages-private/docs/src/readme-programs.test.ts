import { mkdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findReadmes, programsOf } from './readme-programs.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const generated = new URL('../generated/', import.meta.url)

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  await mkdir(generated, { recursive: true })
})
afterAll(() => rm(generated, { recursive: true }))

describe.each(findReadmes(root))('%s', (file) => {
  const programs = programsOf(root, file)

  test('shows a program', () => {
    expect(programs.length).toBeGreaterThan(0)
  })

  for (const { line, code } of programs) {
    test(`the program on line ${line} runs`, async () => {
      const module = new URL(`${file.replaceAll('/', '-')}-${line}.ts`, generated)
      await writeFile(module, `${code}\nexport {}\n`)
      await import(fileURLToPath(module))
    })
  }
})
