import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A TypeScript program of a README or guide. */
export interface Program {
  /** The README or guide, relative to the repository. */
  readonly file: string
  /** The line of the first statement. */
  readonly line: number
  readonly code: string
}

const fence = /^```(?<language>\w*)$/
const reasonNotToRun = /^<!-- not run: .+ -->$/

/** The READMEs of the repository and of every package that is published. */
export function findReadmes(root: string): readonly string[] {
  const packages = readdirSync(join(root, 'packages')).filter((name) => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
      readonly private?: boolean
    }
    return manifest.private !== true
  })
  return ['README.md', ...packages.map((name) => `packages/${name}/README.md`)]
}

/** The guides in `docs`. */
export function findGuides(root: string): readonly string[] {
  return readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
}

/** All blocks of TypeScript, but for those under a comment that says why they cannot run: `<!-- not run: … -->`. */
export function programsOf(root: string, file: string): readonly Program[] {
  const lines = readFileSync(join(root, file), 'utf8').split('\n')
  const programs: Program[] = []
  let start: number | undefined
  let isProgram = false
  lines.forEach((text, i) => {
    const match = fence.exec(text)
    if (match === null) return
    if (start === undefined) {
      start = i + 1
      const before = lines.slice(0, i).findLast((line) => line.trim() !== '') ?? ''
      isProgram = match.groups!['language'] === 'ts' && !reasonNotToRun.test(before)
      return
    }
    if (isProgram) programs.push({ file, line: start + 1, code: lines.slice(start, i).join('\n') })
    start = undefined
  })
  return programs
}
