import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What finding programs depends on; tests pass their own. */
export interface Machine {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly exists: (path: string) => boolean
}

export const thisMachine: Machine = { platform: process.platform, env: process.env, exists: existsSync }

/** How to get a browser for the tests; nothing is ever downloaded by itself. */
export const howToGetChromium =
  'install Chromium or Chrome (Debian: apt-get install chromium) or set CHROMIUM_PATH to its program'

/**
 * The program of a Chromium or Chrome: `CHROMIUM_PATH`, else one of the `PATH` or of the usual folders.
 *
 * @returns The path, or undefined where there is none.
 * @throws {@link Error} where `CHROMIUM_PATH` names no file.
 */
export function findChromium(machine: Machine = thisMachine): string | undefined {
  const named = machine.env['CHROMIUM_PATH']
  if (named !== undefined && named !== '') {
    if (machine.exists(named)) return named
    throw new Error(`CHROMIUM_PATH names no file: ${named}`)
  }
  return candidates(machine).find((path) => machine.exists(path))
}

function candidates({ platform, env }: Machine): readonly string[] {
  if (platform === 'darwin') {
    return ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
  }
  if (platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
      const folder = env[name]
      if (folder === undefined) return []
      return ['Google\\Chrome', 'Chromium'].map((app) => `${folder}\\${app}\\Application\\chrome.exe`)
    })
  }
  const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return programs.flatMap((name) => folders.map((folder) => join(folder, name)))
}
