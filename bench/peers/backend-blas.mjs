import { blasBackend } from '@tapegrad/backend-blas'
import { tapegradOn } from './tapegrad.mjs'

export function start({ threads }) {
  return { workloads: tapegradOn(blasBackend({ threads })), threads }
}
