import * as core from '@tapegrad/core'
import { extendBackend, type Kernel, type KernelKey, KernelTable } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { addPlainKernels } from './faults/plain-kernels.ts'
import { cases } from './index.ts'

/*
 * A kernel's result is a number to the tape. So one that computes a gradient may only be used where nothing records
 * it, or as an operation with a gradient of its own; else the second gradient would lack a part. Each case compares
 * both gradients with those of a backend without kernels.
 */

const calls = new Map<string, number>()

/** The reference backend with every fused kernel, in plain loops, and each counted. */
function fusedBackend(): core.Backend {
  const kernels = addPlainKernels(new KernelTable())
  for (const key of [...kernels.keys()] as KernelKey<Kernel>[]) {
    const kernel = kernels.get(key)!
    calls.set(key.name, 0)
    kernels.set(key, (...args) => {
      calls.set(key.name, calls.get(key.name)! + 1)
      kernel(...args)
    })
  }
  return extendBackend(referenceBackend(), { name: 'fused', kernels })
}

const fused = fusedBackend()
const ofSteps = ['sgd', 'rmsprop', 'adam', 'formulaStep']
const differentiated = cases({ samples: 2, shrink: false }).filter(({ gradients }) => gradients)
/** Ops that use a kernel of another name. */
const others = ['solve', 'inverse', 'determinant', 'slogdet']
/** The cases whose names begin like a kernel's. */
const withKernels = differentiated.filter(({ name, group }) => {
  const beginnings = [...[...calls.keys()].map((kernel) => /^[a-z0-9]+/.exec(kernel)![0]), ...others]
  return group !== 'elementwise-unary' && beginnings.some((word) => name.startsWith(word))
})

test.each(withKernels)('$name: both gradients are those without kernels', ({ run }) => run(fused))

test('every kernel was used', () => {
  // Where one was not, none of the cases above calls it: they are chosen by the beginning of its name.
  const unused = [...calls].filter(([name, count]) => count === 0 && !ofSteps.includes(name))
  expect(unused.map(([name]) => name)).toEqual([])
})

test('every kernel of a gradient is there', () => {
  const gradients = Object.keys(core).filter((name) => /Grad(ient)?Kernel$/.test(name))
  expect(gradients.length).toBeGreaterThanOrEqual(4)
  const missing = gradients.filter((name) => !calls.has(name.replace(/Kernel$/, '')))
  expect(missing).toEqual([])
})
