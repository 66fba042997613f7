import { type Case, cases } from '@tapegrad/backend-testkit'
import type { Backend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'

const backend: Backend = referenceBackend()
const list: readonly Case[] = cases({ groups: ['matmul'], samples: 1, tolerance: { relative: 1e-4 } })
export const results: Promise<unknown> = Promise.all(list.map(({ run }) => run(backend)))

// @ts-expect-error: there is no such group
cases({ groups: ['magic'] })
