import { rmSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TestProject } from 'vitest/node'
import { type Manifest, readPackages, root } from '../src/packages.ts'
import { run } from '../src/run.ts'
import { npmEnvironment } from './npm-environment.ts'
import { pnpm } from './pnpm.ts'
import type {} from './provided.ts'
import { type Registry, startRegistry, type Upstream } from './registry.ts'

/** Publishes what HEAD is to a registry on this machine, and takes everything away at the end. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const folder = await mkdtemp(join(tmpdir(), 'tapegrad-release-'))
  let registry: Registry | undefined
  const cleanUp = () => {
    registry?.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
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
    await step('changeset version', () => pnpm(clone, ['exec', 'changeset', 'version']))
    await step('build', () => pnpm(clone, ['exec', 'turbo', 'run', 'build', '--filter=./packages/*']))
    registry = await step('start a registry', async () =>
      startRegistry(join(folder, 'registry'), await readUpstream()),
    )
    const { npmrc, url } = registry
    const publish = ['--recursive', '--filter=./packages/*', 'publish', '--no-git-checks', '--access=public']
    await step('publish', () => pnpm(clone, publish, npmEnvironment(npmrc, join(folder, 'npm-cache'))))
    const isPrivate = ({ private: yes }: Manifest) => yes === true
    const manifests = readPackages(clone).map(({ manifest }) => manifest)
    provide('release', {
      npmrc,
      registry: url,
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
  const source = pathToFileURL(root).href
  await run('git', ['clone', '--quiet', '--depth=1', source, clone], { cwd: root })
}

async function readUpstream(): Promise<Upstream> {
  const ask = async (name: string) => (await run('npm', ['config', 'get', name], { cwd: root })).trim()
  const certificates = await ask('cafile')
  return {
    url: await ask('registry'),
    certificates: certificates === 'null' || certificates === '' ? undefined : certificates,
  }
}
