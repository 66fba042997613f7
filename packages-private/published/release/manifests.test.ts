import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import type { Manifest } from '../src/packages.ts'
import { run } from '../src/run.ts'
import type {} from './provided.ts'

/** What the registry says of a version. */
interface PublishedManifest extends Manifest {
  readonly license?: string
  readonly repository?: { readonly type: string; readonly url: string; readonly directory: string }
  readonly engines?: { readonly node: string }
  readonly sideEffects?: boolean | readonly string[]
  readonly type?: string
  readonly exports?: Readonly<Record<string, unknown>>
  readonly dist: { readonly tarball: string }
}

const { registry, outside, packages } = inject('release')
const own = new Map(packages.map(({ name, version }) => [name, version]))

describe.each([...own])('%s', async (name, version) => {
  const response = await fetch(`${registry}${name.replace('/', '%2f')}/${version}`)
  const manifest = (await response.json()) as PublishedManifest

  test('it says where it is from, and on which terms', () => {
    expect(manifest).toMatchObject({ name, version, license: 'MIT', type: 'module' })
    expect(manifest.repository?.url).toMatch(/^git\+https:\/\//)
    expect(manifest.repository?.directory).toMatch(/^packages\//)
    expect(manifest.engines?.node).toMatch(/^>=\d/)
    expect(manifest.sideEffects).toBeDefined()
  })

  test('its exports name what was built, and none of the workspace', () => {
    const { './package.json': itself, ...modules } = manifest.exports ?? {}
    expect(itself).toBe('./package.json')
    expect(Object.keys(modules)).toContain('.')
    for (const entry of Object.values(modules)) {
      expect(entry).toEqual({
        types: expect.stringMatching(/^\.\/dist\/.+\.d\.ts$/),
        default: expect.stringMatching(/^\.\/dist\/.+\.js$/),
      })
    }
  })

  test('its peers may become newer, and what it brings along is of this release', () => {
    const { dependencies = {}, peerDependencies = {} } = manifest
    for (const [peer, range] of Object.entries(peerDependencies)) {
      if (own.has(peer)) expect(range).toMatch(/^>=0\.\d+\.\d+ <1\.0\.0$/)
    }
    for (const [brought, range] of Object.entries(dependencies)) {
      if (own.has(brought)) expect(range).toBe(`^${own.get(brought)}`)
      else expect(range).toMatch(/^\^\d/)
    }
  })

  test('its tarball has a README, the licence, what was built, and nothing else', async () => {
    const tarball = join(outside, `${name.replace('/', '-')}.tgz`)
    await writeFile(tarball, Buffer.from(await (await fetch(manifest.dist.tarball)).arrayBuffer()))
    const files = (await run('tar', ['-tzf', tarball], { cwd: outside })).trim().split('\n')
    const beside = files.filter((file) => !file.startsWith('package/dist/'))
    expect(beside.sort()).toEqual(['package/LICENSE', 'package/README.md', 'package/package.json'])
    expect(files.filter((file) => /\.test\.|\/src\//.test(file))).toEqual([])
  })
})
