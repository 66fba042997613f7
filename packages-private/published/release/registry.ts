import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where packages of other people come from. */
export interface Upstream {
  readonly url: string
  /** A file of certificates, where the registry has one of its own. */
  readonly certificates: string | undefined
}

/** A registry on this machine. */
export interface Registry {
  /** An npmrc that sends everything to it. */
  readonly npmrc: string
  readonly url: string
  stop(): void
}

const program = join(
  dirname(createRequire(import.meta.url).resolve('verdaccio/package.json')),
  'bin/verdaccio',
)

/**
 * Starts a registry in an empty folder. The workspace's own packages come from it alone, so that nothing that was
 * published before is taken for them; all others are passed on from `upstream`.
 */
export async function startRegistry(folder: string, upstream: Upstream): Promise<Registry> {
  await mkdir(folder, { recursive: true })
  const address = `127.0.0.1:${await freePort()}`
  const config = join(folder, 'config.yaml')
  const own = { access: '$all', publish: '$all', unpublish: '$all' }
  // JSON is YAML too.
  const settings = {
    storage: join(folder, 'storage'),
    uplinks: { upstream: { url: upstream.url, timeout: '60s' } },
    packages: { '@tapegrad/*': own, tapegrad: own, '**': { access: '$all', proxy: 'upstream' } },
    log: { type: 'stdout', format: 'pretty', level: 'warn' },
  }
  await writeFile(config, JSON.stringify(settings))
  const npmrc = join(folder, 'npmrc')
  // Publishing asks for a token, any token.
  await writeFile(npmrc, `registry=http://${address}/\n//${address}/:_authToken=anybody\n`)

  const { certificates } = upstream
  const server = spawn(process.execPath, [program, '--config', config, '--listen', address], {
    cwd: folder,
    env: { ...process.env, ...(certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificates }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-10_000)
    })
  }
  const url = `http://${address}/`
  for (let tries = 0; !(await answers(url)); tries++) {
    if (server.exitCode !== null || tries === 300) {
      server.kill()
      throw new Error(`the registry did not start:\n${log}`)
    }
    await sleep(200)
  }
  return { npmrc, url, stop: () => void server.kill() }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}-/ping`)).ok
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new Error('the system gave no port'))
      })
    })
  })
}
