import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../src/run.ts'

/** Calls the pnpm that a workspace names, in it. */
export async function pnpm(
  workspace: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { packageManager } = JSON.parse(await readFile(join(workspace, 'package.json'), 'utf8')) as {
    readonly packageManager: string
  }
  return run('npx', ['-y', packageManager, ...args], {
    cwd: workspace,
    // Under `npm run --silent` it would not say what fails.
    env: { ...env, npm_config_loglevel: 'warn', TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  })
}
