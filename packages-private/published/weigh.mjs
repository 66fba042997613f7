// node weigh.mjs [--write]: bundles the programs of weights/ from what was built, packs the packages, and checks that
// bundles stay under their ceilings and that READMEs say what packages weigh. --write puts it there. It needs a build.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const write = process.argv.includes('--write')

/** How far a README's figure may be from the truth. */
const tolerance = 0.1

/**
 * The programs: how large each may become in kB, minified and gzipped. Those named as a package stand in its README,
 * which says what the program is for; `beside` leaves out another package, and `brings` names those that come along.
 * What runs in Node alone has no bundle.
 */
const programs = [
  { name: 'core', ceiling: 15, says: 'to differentiate `add`, `mul` and `sum`' },
  { name: 'backend-blas', says: 'on top of core and backend-cpu' },
  { name: 'backend-cpu', ceiling: 45, beside: 'core', says: 'on top of core' },
  { name: 'backend-gpu', ceiling: 200, beside: 'core', says: 'on top of core' },
  { name: 'backend-testkit', ceiling: 120, beside: 'core', says: 'on top of core' },
  { name: 'layers', ceiling: 51, beside: 'core', says: 'for `Sequential` and `Dense` on top of core' },
  { name: 'optimizers', ceiling: 7, beside: 'core', says: 'for `Adam` on top of core' },
  {
    name: 'tapegrad',
    ceiling: 150,
    says: 'to train a `Sequential` of `Dense` layers with `Adam`',
    brings: ['core', 'backend-cpu', 'layers', 'optimizers'],
  },
  { name: 'training-step', ceiling: 60 },
  { name: 'training-with-layers', ceiling: 118 },
]

const published = await publishedPackages()
const packed = Object.fromEntries(
  await Promise.all(published.map(async (name) => [name, await packedSize(name)])),
)
for (const name of published.filter((each) => !programs.some((program) => program.name === each))) {
  report(false, `${name}: nothing says how large it may become`)
}
for (const { name, ceiling, says, beside, brings = [] } of programs) {
  if (says !== undefined && !published.includes(name)) continue
  const sizes = []
  if (ceiling !== undefined) {
    const bundle = await bundleSize(name, beside === undefined ? [] : [`@tapegrad/${beside}`])
    report(bundle <= ceiling * 1000, `${name}: ${kB(bundle)} kB in a bundle, at most ${ceiling}`)
    sizes.push(bundle)
  }
  if (says === undefined) continue
  sizes.push([name, ...brings].reduce((sum, each) => sum + packed[each], 0))
  await checkReadme(name, sizes, says)
}

function report(good, line) {
  console.log(`${good ? 'right' : 'WRONG'}: ${line}`)
  if (!good) process.exitCode = 1
}

function kB(bytes) {
  return bytes < 100_000 ? (bytes / 1000).toFixed(1) : Math.round(bytes / 1000)
}

async function publishedPackages() {
  const names = await readdir(join(root, 'packages'))
  const manifests = await Promise.all(
    names.map((name) => readFile(join(root, 'packages', name, 'package.json'), 'utf8')),
  )
  return names.filter((_, i) => JSON.parse(manifests[i]).private !== true)
}

async function bundleSize(name, external) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`weights/${name}.mjs`, import.meta.url))],
    external,
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).length
}

async function packedSize(name) {
  const folder = await mkdtemp(join(tmpdir(), 'tapegrad-weigh-'))
  try {
    const cwd = join(root, 'packages', name)
    await run('pnpm', ['pack', '--pack-destination', folder], { cwd, shell: process.platform === 'win32' })
    const [tarball] = await readdir(folder)
    return (await stat(join(folder, tarball))).size
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function checkReadme(name, sizes, says) {
  const path = `packages/${name}/README.md`
  const text = await readFile(join(root, path), 'utf8').catch(() => undefined)
  if (text === undefined) {
    report(false, `${path} is not there`)
    return
  }
  const line = /^Weighs .*$/m.exec(text)?.[0]
  const kilobytes = sizes.map((bytes) => Math.max(1, Math.round(bytes / 1000)))
  if (write) {
    const right = sentence(kilobytes, says)
    // At first, after how to install it.
    const next = line === undefined ? text.replace(/```sh\n[\s\S]*?\n```\n/, `$&\n${right}\n`) : text
    await writeFile(join(root, path), next.replace(/^Weighs .*$/m, right))
    return
  }
  const stated = [...(line ?? '').matchAll(/(\d+) kB/g)].map(([, number]) => Number(number))
  const isNear = kilobytes.every((size, i) => Math.abs(stated[i] - size) <= 1 + tolerance * size)
  if (isNear && line === sentence(stated, says)) report(true, `${path} says so`)
  else report(false, `${path} should say, as this writes with --write: ${sentence(kilobytes, says)}`)
}

function sentence(kilobytes, says) {
  const [asPackage, inBundle] = kilobytes.toReversed()
  if (inBundle === undefined) return `Weighs ${asPackage} kB as a package, ${says}.`
  return `Weighs ${inBundle} kB in a bundle ${says} (minified and gzipped), ${asPackage} kB as a package.`
}
