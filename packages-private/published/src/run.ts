import { type ChildProcess, spawn } from 'node:child_process'

/** Where and how a command runs. */
export interface RunOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
}

const isWindows = process.platform === 'win32'
const running = new Set<ChildProcess>()

/**
 * Runs a program to its end.
 *
 * @returns What it wrote to its standard output.
 * @throws {@link Error} with all that it wrote, where it fails.
 */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: isWindows,
      // A group of its own, so that it can be ended with all that it started.
      detached: !isWindows,
    })
    running.add(child)
    const output: Buffer[] = []
    const everything: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => {
      output.push(chunk)
      everything.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => everything.push(chunk))
    child.once('error', (error) => {
      running.delete(child)
      reject(error)
    })
    child.once('close', (status) => {
      running.delete(child)
      if (status === 0) resolve(Buffer.concat(output).toString())
      else {
        const line = [command, ...args].join(' ')
        reject(new Error(`${line}\n(in ${options.cwd}) failed:\n${Buffer.concat(everything).toString()}`))
      }
    })
  })
}

/** Ends every program that still runs. */
export function endAll(): void {
  for (const child of running) {
    if (isWindows) child.kill()
    else if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
  running.clear()
}
