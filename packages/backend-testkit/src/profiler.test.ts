import { profile } from '@tapegrad/core/profiler'
import { referenceBackend } from '@tapegrad/core/reference'
import { testBackend } from './vitest.ts'

/** A decorator made from the interface alone changes nothing that a program can see. */
testBackend('with a profiler', () => profile(referenceBackend()), { samples: 2 })
