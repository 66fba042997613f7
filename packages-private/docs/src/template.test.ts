import { cp, mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

// The template is no package of the workspace: what its author gets is copied here, where the packages are found, and
// its own test is run as it stands.
const template = new URL('../../../templates/backend/src/', import.meta.url)
const copy = new URL('../generated/template/', import.meta.url)

await rm(copy, { recursive: true, force: true })
await mkdir(copy, { recursive: true })
await cp(fileURLToPath(template), fileURLToPath(copy), { recursive: true })
await import(fileURLToPath(new URL('my-backend.test.ts', copy)))
afterAll(() => rm(copy, { recursive: true }))
