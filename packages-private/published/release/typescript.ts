import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const { resolve } = createRequire(import.meta.url)
const compilerOf = (name: string) => join(dirname(resolve(`${name}/package.json`)), 'bin/tsc')

/** The program of each compiler that users may have. */
export const compilers = { '5.9': compilerOf('typescript-5.9'), '7': compilerOf('typescript') } as const

/** How users' compilers may look for packages. */
export const resolutions = ['nodenext', 'bundler'] as const

/**
 * Writes the configuration that checks `program.ts`, and every declaration that it reaches, as strictly as can be.
 *
 * @returns The name of the file.
 */
export async function writeTsconfig(
  folder: string,
  resolution: (typeof resolutions)[number],
): Promise<string> {
  const name = `tsconfig.${resolution}.json`
  const compilerOptions = {
    module: resolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution: resolution,
    target: 'es2022',
    lib: ['es2022', 'esnext.disposable', 'dom'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    skipLibCheck: false,
    noEmit: true,
  }
  await writeFile(join(folder, name), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
  return name
}
