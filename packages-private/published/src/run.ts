import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Where and how a command runs. */
export interface RunOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
}

const execute = promisify(execFile)

/**
 * Runs a program to its end.
 *
 * @returns What it wrote to its standard output.
 * @throws {@link Error} with all that it wrote, where it fails.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  try {
    const { stdout } = await execute(command, args, {
      ...options,
      maxBuffer: 64 * 2 ** 20,
      shell: process.platform === 'win32',
    })
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string }
    const line = [command, ...args].join(' ')
    throw new Error(`${line}\n(in ${options.cwd}) failed:\n${stdout}${stderr}`)
  }
}
