import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the tests read of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** Relative to the workspace: `packages/core`. */
  readonly folder: string
  readonly manifest: Manifest
}

/** The folder of the workspace. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Every package in `packages/` of a workspace; `published` leaves out those that are private. */
export function readPackages(workspace: string, { published = false } = {}): readonly WorkspacePackage[] {
  return readdirSync(join(workspace, 'packages'))
    .map((name) => {
      const folder = `packages/${name}`
      const text = readFileSync(join(workspace, folder, 'package.json'), 'utf8')
      return { folder, manifest: JSON.parse(text) as Manifest }
    })
    .filter(({ manifest }) => !published || manifest.private !== true)
}
