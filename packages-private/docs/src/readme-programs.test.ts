import { mkdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findGuides, findReadmes, programsOf } from './readme-programs.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const generated = new URL('../generated/programs/', import.meta.url)

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  await mkdir(generated, { recursive: true })
})
afterAll(() => rm(generated, { recursive: true }))

const files = [...findReadmes(root), ...findGuides(root)].map((file) => ({
  file,
  programs: programsOf(root, file),
}))

test.each(findReadmes(root))('%s shows a program', (readme) => {
  expect(files.find(({ file }) => file === readme)!.programs.length).toBeGreaterThan(0)
})

test('guides are found', () => {
  expect(findGuides(root)).toContain('docs/writing-a-backend.md')
})

describe.each(files.filter(({ programs }) => programs.length > 0))('$file', ({ file, programs }) => {
  for (const { line, code } of programs) {
    test(`the program on line ${line} runs`, async () => {
      const module = new URL(`${file.replaceAll('/', '-')}-${line}.ts`, generated)
      await writeFile(module, `${code}\nexport {}\n`)
      await import(fileURLToPath(module))
    })
  }
})
