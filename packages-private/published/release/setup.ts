import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TestProject } from 'vitest/node'
import { type Manifest, readPackages, root } from '../src/packages.ts'
import { endAll, run } from '../src/run.ts'
import { npmEnvironment } from './npm-environment.ts'
import { pnpm } from './pnpm.ts'
import type {} from './provided.ts'
import { type Registry, startRegistry, type Upstream } from './registry.ts'

/** Publishes what HEAD is to a registry on this machine, and takes everything away at the end. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const folder = await mkdtemp(join(tmpdir(), 'tapegrad-release-'))
  let registry: Registry | undefined
  const cleanUp = () => {
    endAll()
    registry?.stop()
    removeFolder(folder)
  }
  // Also where the run is interrupted.
  process.once('exit', cleanUp)
  process.once('SIGTERM', () => process.exit(143))
  try {
    const clone = join(folder, 'clone')
    const outside = join(folder, 'outside')
    await mkdir(outside)
    await step('clone', () => cloneHead(clone))
    await step('install', () =>
      pnpm(clone, ['install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts']),
    )
    await step('release:version', () => pnpm(clone, ['run', 'release:version']))
    await step('build', () => pnpm(clone, ['exec', 'turbo', 'run', 'build', '--filter=./packages/*']))
    registry = await step('start a registry', async () =>
      startRegistry(join(folder, 'registry'), await readUpstream()),
    )
    // As the release does it.
    const env = npmEnvironment(registry, join(folder, 'npm-cache'))
    await step('changeset publish', () => pnpm(clone, ['exec', 'changeset', 'publish'], env))
    const isPrivate = ({ private: yes }: Manifest) => yes === true
    const manifests = readPackages(clone).map(({ manifest }) => manifest)
    provide('release', {
      npmrc: registry.npmrc,
      registry: registry.url,
      workspace: clone,
      outside,
      packages: manifests.filter((manifest) => !isPrivate(manifest)),
      unpublished: manifests.filter(isPrivate).map(({ name }) => name),
    })
  } catch (error) {
    cleanUp()
    throw error
  }
  return cleanUp
}

// What was ended may write a moment longer.
function removeFolder(folder: string): void {
  for (let tries = 0; ; tries++) {
    try {
      rmSync(folder, { recursive: true, force: true })
      return
    } catch (error) {
      if (tries === 20) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
    }
  }
}

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  console.log(` • ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
  return result
}

async function cloneHead(clone: string): Promise<void> {
  const changes = await run('git', ['status', '--porcelain'], { cwd: root })
  const count = changes.split('\n').filter((line) => line !== '').length
  if (count > 0) console.log(` • HEAD is published, without the ${count} files that are not committed`)
  await run('git', ['clone', '--quiet', '--depth=1', pathToFileURL(root).href, clone], { cwd: root })
  // A history of its own: changesets looks for the commits that added them, and never ends where some are missing.
  const git = (...args: readonly string[]) => run('git', args, { cwd: clone })
  await rm(join(clone, '.git'), { recursive: true })
  await git('init', '--quiet')
  await git('config', 'user.name', 'test')
  await git('config', 'user.email', 'test@localhost')
  await git('add', '--all')
  await git('commit', '--quiet', '-m', 'Copy')
}

async function readUpstream(): Promise<Upstream> {
  const ask = async (name: string) => (await run('npm', ['config', 'get', name], { cwd: root })).trim()
  const certificates = await ask('cafile')
  return {
    url: await ask('registry'),
    certificates: certificates === 'null' || certificates === '' ? undefined : certificates,
  }
}
