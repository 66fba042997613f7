import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readPackages, root } from '../packages.ts'
import { run } from '../run.ts'

/** A changeset: how each package is bumped. */
export type Bumps = Readonly<Record<string, 'minor' | 'patch'>>

export interface VersionOptions {
  /** Changes the text of every package.json in `packages/` before versions are computed. */
  readonly edit?: (manifest: string) => string
}

const changeset = createRequire(join(root, 'package.json')).resolve('@changesets/cli/bin.js')

/**
 * What `changeset version` makes of the workspace with one changeset more, or with the pending ones where `bumps` is
 * undefined. It runs in a copy of the manifests.
 *
 * @returns The version of each package in `packages/`.
 */
export async function versionCopy(
  bumps: Bumps | undefined,
  { edit = (manifest) => manifest }: VersionOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const copy = await mkdtemp(join(tmpdir(), 'tapegrad-versions-'))
  const git = (...args: readonly string[]) => run('git', args, { cwd: copy })
  try {
    for (const name of ['package.json', 'pnpm-workspace.yaml']) await cp(join(root, name), join(copy, name))
    for (const { folder } of readPackages(root)) {
      await mkdir(join(copy, folder), { recursive: true })
      const manifest = await readFile(join(root, folder, 'package.json'), 'utf8')
      await writeFile(join(copy, folder, 'package.json'), edit(manifest))
    }
    // The changelog's writer is looked for beside the workspace.
    await mkdir(join(copy, 'node_modules/@changesets'), { recursive: true })
    await symlink(dirname(changeset), join(copy, 'node_modules/@changesets/cli'), 'junction')
    await mkdir(join(copy, '.changeset'))
    if (bumps === undefined) {
      await cp(join(root, '.changeset'), join(copy, '.changeset'), { recursive: true })
    } else {
      await cp(join(root, '.changeset/config.json'), join(copy, '.changeset/config.json'))
      const lines = Object.entries(bumps).map(([name, bump]) => `'${name}': ${bump}`)
      await writeFile(
        join(copy, '.changeset/one-more.md'),
        ['---', ...lines, '---', '', 'A change.', ''].join('\n'),
      )
    }
    await git('init', '--quiet')
    await git('add', '.changeset', 'packages')
    await git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '-m', 'Copy')
    await run(process.execPath, [changeset, 'version'], { cwd: copy })
    return Object.fromEntries(readPackages(copy).map(({ manifest: { name, version } }) => [name, version]))
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}
