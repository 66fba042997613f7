import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build as buildWithEsbuild } from 'esbuild'
import { build as buildWithVite } from 'vite'

export const bundlers = ['esbuild', 'vite'] as const
export type Bundler = (typeof bundlers)[number]

const page = (script: string) =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="${script}"></script>\n`

/** Bundles `program.mjs` of a folder, with a page that runs it, into the folder named for the bundler. */
export async function bundle(folder: string, bundler: Bundler): Promise<void> {
  const out = join(folder, bundler)
  if (bundler === 'esbuild') {
    const { warnings } = await buildWithEsbuild({
      absWorkingDir: folder,
      entryPoints: ['program.mjs'],
      bundle: true,
      minify: true,
      format: 'esm',
      outfile: join(out, 'program.js'),
      logLevel: 'silent',
    })
    if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'))
    await writeFile(join(out, 'index.html'), page('./program.js'))
    return
  }
  await mkdir(out, { recursive: true })
  await writeFile(join(folder, 'index.html'), page('/program.mjs'))
  await buildWithVite({ root: folder, configFile: false, logLevel: 'error', build: { outDir: out } })
}

/** All JavaScript that a bundler wrote. */
export async function readBundle(folder: string, bundler: Bundler): Promise<string> {
  const out = join(folder, bundler)
  const names = (await readdir(out, { recursive: true })).filter((name) => name.endsWith('.js'))
  return (await Promise.all(names.map((name) => readFile(join(out, name), 'utf8')))).join('\n')
}

/** The names among `words` that stand in a text by themselves. */
export function wordsIn(text: string, words: readonly string[]): readonly string[] {
  return words.filter((word) => new RegExp(`(?<![\\w$])${word}(?![\\w$])`).test(text))
}
