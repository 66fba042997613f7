import { expect, inject, test } from 'vitest'
import { pnpm } from './pnpm.ts'
import type {} from './provided.ts'

test('bundles stay under their ceilings, and READMEs say what packages weigh', async () => {
  const { workspace } = inject('release')
  const lines = await pnpm(workspace, ['-C', 'packages-private/published', 'run', 'check:size'])
  expect(lines).toContain('right: core')
})
