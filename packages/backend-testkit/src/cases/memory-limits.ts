import {
  type Backend,
  extendBackend,
  memory,
  OutOfMemoryError,
  rowMajorStrides,
  type Storage,
  softmaxKernel,
  type Tensor,
  tensor,
  type View,
} from '@tapegrad/core'
import { compareMemory } from '../kit/compare-memory.ts'
import { countStorages } from '../kit/count-storages.ts'
import { withHandles } from '../kit/with-handles.ts'
import { withStorages } from '../kit/with-storages.ts'
import { learn } from './learning.ts'

/** What writes `length` elements, each with loops of its own. `square` is a matrix of so many rows and columns. */
const writers: Readonly<Record<string, (backend: Backend, x: Tensor, square: Tensor, out: View) => void>> = {
  exp: (backend, x, _, out) => backend.unary('exp', x, out),
  add: (backend, x, _, out) => backend.binary('add', x, 1, out),
  fill: (backend, _x, _, out) => backend.fill(out, 0.25),
  copy: (backend, x, _, out) => backend.copy(x, out),
  'sum of rows': (backend, _, square, out) => backend.reduce('sum', square, 1, shaped(out, [out.size, 1])),
  'sum of columns': (backend, _, square, out) => backend.reduce('sum', square, 0, shaped(out, [1, out.size])),
  matmul: (backend, x, square, out) =>
    backend.matmul(
      shaped(square, [1, out.size, out.size]),
      shaped(x, [1, out.size, 1]),
      shaped(out, [1, out.size, 1]),
    ),
  softmax: (backend, x, _, out) => backend.kernels.get(softmaxKernel)?.(x, 0, out),
}

/** A contiguous view in another shape. */
function shaped({ storage, dtype, offset, size }: View, shape: readonly number[]): View {
  return { storage, dtype, shape, strides: rowMajorStrides(shape), offset, size, contiguous: true }
}

const canary = 12_345

/** Lengths that vectors do not divide are written between storages that must stay as they are. */
export async function staysWithin(backend: Backend): Promise<void> {
  for (const length of [1, 2, 3, 5, 7, 17, 33]) {
    await withHandles(async (own) => {
      const x = own(tensor(new Float32Array(length).fill(0.5), { backend }))
      const square = own(
        tensor(new Float32Array(length ** 2).fill(0.5), { shape: [length, length], backend }),
      )
      for (const [name, write] of Object.entries(writers)) {
        await withStorages(backend, async (make) => {
          const neighbours = Array.from({ length: 8 }, () => make('float32', new Array(length).fill(canary)))
          const isWritten = (i: number): boolean => i % 3 === 1
          neighbours.forEach((storage, i) => {
            if (isWritten(i)) write(backend, x, square, wholeOf(storage))
          })
          for (const [i, storage] of neighbours.entries()) {
            const data = await backend.read(storage)
            if (isWritten(i) || data.every((value) => value === canary)) continue
            throw new Error(`${name} of ${length} elements changes a storage that is none of its arguments`)
          }
        })
      }
    })
  }
}

function wholeOf(storage: Storage): View {
  const { dtype, length } = storage
  return { storage, dtype, shape: [length], strides: [1], offset: 0, size: length, contiguous: true }
}

/** Each allocation of a step fails once: what was made before is given back, and the next step is as if nothing was. */
export async function survivesFailedAllocations(backend: Backend): Promise<void> {
  let countdown = Infinity
  const failing = extendBackend(backend, {
    alloc: (dtype, length) => {
      if (--countdown === 0) throw new OutOfMemoryError('an allocation fails on purpose', { op: 'alloc' })
      return backend.alloc(dtype, length)
    },
  })
  const counting = countStorages(failing)
  let lastLoss = Number.NaN
  const { step, dispose } = learn(counting.backend)
  const { step: undisturbed, dispose: disposeUndisturbed } = learn(backend)
  try {
    const expected = await undisturbed()
    const [before, alive] = [memory(), counting.alive()]
    for (let nth = 1; await failsAt(nth); nth++) {
      compareMemory(before)
      if (counting.alive() === alive) continue
      throw new Error(
        `alloc: where allocation ${nth} of a step fails, ${counting.alive() - alive} storages stay`,
      )
    }
    // The first step that nothing disturbed is the last one tried.
    if (Math.abs(lastLoss - expected) <= 1e-5 * Math.abs(expected)) return
    throw new Error(`alloc: after allocations that failed the loss is ${lastLoss}, expected is ${expected}`)
  } finally {
    dispose()
    disposeUndisturbed()
  }

  /** Whether the step fails where its nth allocation does; it does not when it has fewer. */
  async function failsAt(nth: number): Promise<boolean> {
    countdown = nth
    try {
      lastLoss = await step()
      return false
    } catch (error) {
      if (error instanceof OutOfMemoryError) return true
      throw error
    } finally {
      countdown = Infinity
    }
  }
}
