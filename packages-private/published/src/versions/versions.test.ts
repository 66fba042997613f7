import { describe, expect, test } from 'vitest'
import { readPackages, root } from '../packages.ts'
import { versionCopy } from './version-copy.ts'

const packages = readPackages(root)
const published = readPackages(root, { published: true }).map(({ manifest }) => manifest.name)
const now = Object.fromEntries(packages.map(({ manifest: { name, version } }) => [name, version]))

function bumped(version: string, bump: 'minor' | 'patch'): string {
  const [major, minor, patch] = version.split('.').map(Number)
  return bump === 'minor' ? `${major}.${minor! + 1}.0` : `${major}.${minor}.${patch! + 1}`
}

// A package that brings others along pins them: the umbrella, for one, where a new name in one package could hide a
// name of another.
function withThoseThatBring(name: string, version: string): Readonly<Record<string, string>> {
  const follow = packages.filter(({ manifest: { dependencies = {} } }) => name in dependencies)
  const bumps = follow.map(({ manifest }) => [manifest.name, bumped(manifest.version, 'patch')] as const)
  return { ...now, ...Object.fromEntries(bumps), [name]: version }
}

describe('a minor bumps no peer, and what brings the package along by a patch', () => {
  test.each(published)('of %s', async (name) => {
    expect(await versionCopy({ [name]: 'minor' })).toEqual(
      withThoseThatBring(name, bumped(now[name]!, 'minor')),
    )
  })
})

test('a patch bumps nothing else', async () => {
  const versions = await versionCopy({ '@tapegrad/core': 'patch' })
  expect(versions).toEqual({ ...now, '@tapegrad/core': bumped(now['@tapegrad/core']!, 'patch') })
})

test('the pending changesets bring no package to 1.0.0', async () => {
  for (const version of Object.values(await versionCopy(undefined))) expect(version).toMatch(/^0\./)
})

// Why the ranges are as wide as they are, and that the tests above would notice narrower ones.
test('with peer ranges that end at the next minor, dependents would jump to 1.0.0', async () => {
  const edit = (manifest: string) => manifest.replaceAll(/>=0\.\d+\.\d+ <1\.0\.0/g, 'workspace:^')
  const versions = await versionCopy({ '@tapegrad/core': 'minor' }, { edit })
  expect(versions['@tapegrad/layers']).toBe('1.0.0')
})
