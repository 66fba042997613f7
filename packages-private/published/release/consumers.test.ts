import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { findChromium, howToGetChromium } from '../../../scripts/find-chromium.ts'
import { run } from '../src/run.ts'
import { bundle, bundlers, readBundle, wordsIn } from './bundles.ts'
import { firstLineOf } from './chromium.ts'
import { consumers } from './consumers.ts'
import { npmEnvironment } from './npm-environment.ts'
import type {} from './provided.ts'
import { compilers, resolutions, writeTsconfig } from './typescript.ts'

const { npmrc, registry: url, outside, packages, unpublished } = inject('release')
const program = findChromium()

describe.each(consumers.map((consumer) => [consumer.folder, consumer] as const))('%s', (name, consumer) => {
  const { install, comes, prints, runsIn, used = [], unused = [], browserFlags = [] } = consumer
  const notYet = install.filter((name) => unpublished.includes(name))
  if (notYet.length > 0) {
    test.skip(`${notYet.join(', ')} is private`)
    return
  }
  const folder = join(outside, name)
  const own = comes.filter((each) => packages.some((published) => published.name === each))

  beforeAll(async () => {
    await cp(fileURLToPath(new URL(`../consumers/${name}`, import.meta.url)), folder, {
      recursive: true,
    })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    const env = npmEnvironment({ npmrc, url }, join(outside, 'npm-cache'))
    await run('npm', ['install', '--ignore-scripts', ...install], { cwd: folder, env })
  })

  test('the packages that come are those that are expected, in the version that was published', async () => {
    const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly version: string; readonly optional?: boolean }>>
    }
    const installed = Object.entries(lock.packages).filter(([path, { optional }]) => path !== '' && !optional)
    expect(installed.map(([path]) => path).sort()).toEqual(comes.map((name) => `node_modules/${name}`).sort())
    for (const { name, version } of packages.filter((each) => comes.includes(each.name))) {
      expect(lock.packages[`node_modules/${name}`]!.version).toBe(version)
    }
  })

  test.each(['program.mjs', 'program.cjs'])('%s runs', async (file) => {
    expect((await run(process.execPath, [file], { cwd: folder })).trim()).toBe(prints)
  })

  for (const [version, compiler] of Object.entries(compilers)) {
    test.each(resolutions)(`program.ts is right in TypeScript ${version}, %s`, async (resolution) => {
      const config = await writeTsconfig(folder, resolution)
      await run(process.execPath, [compiler, '--project', config], { cwd: folder })
    })
  }

  if (runsIn === 'node') return

  describe.each(bundlers)('bundled by %s', (bundler) => {
    beforeAll(() => bundle(folder, bundler))

    test('it has what the program uses', async () => {
      expect(wordsIn(await readBundle(folder, bundler), used)).toEqual(used)
    })

    test('it has nothing else', async () => {
      const text = await readBundle(folder, bundler)
      expect(wordsIn(text, unused)).toEqual([])
      // Else a new name for something would let this pass for ever.
      expect(wordsIn(await publishedCode(folder, own), unused)).toEqual(unused)
    })

    test('it runs in Chromium', async (context) => {
      if (program === undefined && process.env['CI'] !== 'true') context.skip(howToGetChromium)
      expect(program, howToGetChromium).toBeDefined()
      expect(
        await firstLineOf({ folder: join(folder, bundler), program: program!, flags: browserFlags }),
      ).toBe(prints)
    })
  })
})

async function publishedCode(folder: string, names: readonly string[]): Promise<string> {
  const dists = names.map((name) => join(folder, 'node_modules', name, 'dist'))
  const files = await Promise.all(
    dists.map(async (dist) =>
      (await readdir(dist, { recursive: true }))
        .filter((name) => name.endsWith('.js'))
        .map((name) => join(dist, name)),
    ),
  )
  return (await Promise.all(files.flat().map((file) => readFile(file, 'utf8')))).join('\n')
}
