import { readFileSync } from 'node:fs'
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

const { registry, workspace, outside, packages } = inject('release')
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

  test('its README has whatever its programs import installed', () => {
    const readme = readFileSync(join(workspace, manifest.repository!.directory, 'README.md'), 'utf8')
    const lines = [...readme.matchAll(/^npm install (.*?)(?: +#.*)?$/gm)].map(([, names]) => names!)
    const installed = new Set<string>()
    const install = (each: string) => {
      if (installed.has(each)) return
      installed.add(each)
      const { dependencies = {}, peerDependencies = {} } = packages.find((other) => other.name === each) ?? {}
      for (const other of Object.keys({ ...dependencies, ...peerDependencies })) install(other)
    }
    for (const each of lines.join(' ').split(' ')) if (!each.startsWith('--')) install(each)
    const programs = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!)
    const imported = [...programs.join('\n').matchAll(/ from '((?:@[\w-]+\/)?[\w.-]+)/g)].map(
      ([, each]) => each!,
    )
    expect(imported).toContain(name)
    expect(imported.filter((each) => !installed.has(each))).toEqual([])
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
