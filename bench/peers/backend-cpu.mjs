import { cpuBackend } from '@tapegrad/backend-cpu'
import { tapegradOn } from './tapegrad.mjs'

/** It has one thread in this version, whatever is asked for. */
export function start() {
  return { workloads: tapegradOn(cpuBackend()), threads: 1 }
}
