import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'

/**
 * Bundles a program that imports the packages' sources, for tests that run it in a process of its own.
 *
 * @param folder A folder of its own, which the caller deletes.
 * @returns The path of what Node can run.
 */
export async function buildProgram(folder: string, program: string): Promise<string> {
  const input = join(folder, 'program.mjs')
  const outDir = join(folder, 'out')
  await mkdir(folder, { recursive: true })
  await writeFile(input, program)
  await build({
    configFile: false,
    logLevel: 'silent',
    root: folder,
    resolve: { conditions: ['@tapegrad/source'] },
    ssr: { noExternal: true, resolve: { conditions: ['@tapegrad/source', 'node'] } },
    build: { ssr: input, target: 'es2022', outDir, minify: false },
  })
  return join(outDir, (await readdir(outDir))[0]!)
}
