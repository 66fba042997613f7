import type { Manifest } from '../src/packages.ts'

/** What the tests get from their setup. */
interface Release {
  /** The npmrc that names the registry. */
  readonly npmrc: string
  readonly registry: string
  /** The workspace that was published: a clone, built, with its new versions. */
  readonly workspace: string
  /** An empty folder outside the workspace, for what is installed. */
  readonly outside: string
  /** As they stand in the workspace. */
  readonly packages: readonly Manifest[]
  /** The names of packages that are still private. */
  readonly unpublished: readonly string[]
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly release: Release
  }
}
