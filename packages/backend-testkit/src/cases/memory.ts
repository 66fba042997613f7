import {
  add,
  allocateData,
  type Backend,
  type Data,
  type DType,
  dtypes,
  memory,
  mul,
  Storage,
  type Tensor,
  tensor,
  tidy,
  variable,
} from '@tapegrad/core'
import { drawValues, real } from '../generators/numbers.ts'
import type { Case, CaseFactory, Settings } from '../kit/case.ts'
import { compare } from '../kit/compare.ts'
import { compareMemory } from '../kit/compare-memory.ts'
import { countStorages } from '../kit/count-storages.ts'
import { exactTolerances } from '../kit/op-spec.ts'
import { withStorages } from '../kit/with-storages.ts'
import { learn } from './learning.ts'
import { staysWithin, survivesFailedAllocations } from './memory-limits.ts'

function memoryCase(name: string, run: (backend: Backend, settings: Settings) => Promise<void>): CaseFactory {
  return (settings): Case => ({ name, group: 'memory', run: (backend) => run(backend, settings) })
}

/** Lengths around vectors, pages and size classes. */
const lengths = [1, 2, 3, 4, 5, 7, 16, 17, 33, 130, 1000, 4097]

function valuesOf(dtype: DType, length: number, seed: number): number[] {
  return drawValues(dtype, length, real, seed)
}

function compareData(what: string, dtype: DType, received: Data, expected: readonly number[]): void {
  const shape = [expected.length]
  compare(
    what,
    { shape, dtype, values: [...received] },
    { shape, dtype, values: expected },
    exactTolerances,
    true,
  )
}

/** Every dtype and length comes back as it was written, while others are written and freed around it. */
async function keepsContents(backend: Backend, { seed }: Settings): Promise<void> {
  await withStorages(backend, async (make) => {
    const kept = dtypes
      .filter((dtype) => backend.caps.dtypes.has(dtype))
      .flatMap((dtype) =>
        lengths.map((length, i) => {
          const values = valuesOf(dtype, length, seed + i)
          const doomed = make(dtype, valuesOf(dtype, length + 3, seed))
          const storage = make(dtype, values)
          doomed.release()
          return { storage, values }
        }),
      )
    for (const { storage, values } of kept) {
      const data = await backend.read(storage)
      checkArrayType(storage, data)
      compareData(`read: ${storage.dtype} of ${storage.length}`, storage.dtype, data, values)
    }
  })
}

function checkArrayType({ dtype }: Storage, data: Data): void {
  const expected = allocateData(dtype, 0).constructor.name
  if (data.constructor.name === expected) return
  throw new Error(`read: ${dtype} comes as ${data.constructor.name}, expected is ${expected}`)
}

async function writeCopies(backend: Backend): Promise<void> {
  const storage = new Storage(backend, 'float32', 5)
  try {
    const data = new Float32Array([1, 2, 3, 4, 5])
    backend.write(storage, data)
    data.fill(9)
    compareData(
      'write: contents after the array was changed',
      'float32',
      await backend.read(storage),
      [1, 2, 3, 4, 5],
    )
  } finally {
    storage.release()
  }
}

async function readCopies(backend: Backend): Promise<void> {
  await withStorages(backend, async (make) => {
    const storage = make('float32', [1, 2, 3])
    const reads = [
      () => backend.read(storage),
      ...(backend.readSync ? [async () => backend.readSync!(storage)] : []),
    ]
    for (const read of reads) {
      const first = await read()
      first.fill(9)
      compareData(
        'read: contents after an array that was read was changed',
        'float32',
        await read(),
        [1, 2, 3],
      )
      const snapshot = await read()
      backend.write(storage, new Float32Array([4, 5, 6]))
      compareData('read: an array after the storage was written', 'float32', snapshot, [1, 2, 3])
      backend.write(storage, new Float32Array([1, 2, 3]))
    }
  })
}

/** What is freed while later calls still use its results, or while a read is under way. */
async function ordersFrees(backend: Backend): Promise<void> {
  const x = tensor([1, 2, 3], { backend })
  const y = add(x, 1)
  const underWay = x.data()
  x.dispose()
  const z = mul(y, y)
  y.dispose()
  const storage = new Storage(backend, 'float32', 3)
  backend.write(storage, new Float32Array([5, 6, 7]))
  const last = backend.read(storage)
  storage.release()
  const later = tensor([7, 7, 7], { backend })
  try {
    compareData('free: a result after its arguments were disposed', 'float32', await z.data(), [4, 9, 16])
    compareData('free: what was being read when it was disposed', 'float32', await underWay, [1, 2, 3])
    compareData('free: what was being read when it was freed', 'float32', await last, [5, 6, 7])
  } finally {
    z.dispose()
    later.dispose()
  }
}

/** A variable that changes while earlier calls with it are perhaps still to be done. */
async function ordersAssignments(backend: Backend): Promise<void> {
  const initial = tensor([1, 2, 3], { backend })
  const weights = variable(initial)
  initial.dispose()
  const squares: Tensor[] = []
  try {
    for (let i = 0; i < 3; i++) {
      squares.push(mul(weights, weights))
      tidy(() => weights.assign(add(weights, 1)))
    }
    for (const [i, square] of squares.entries()) {
      const expected = [1, 2, 3].map((value) => (value + i) ** 2)
      compareData(
        `mul: of a variable that was assigned ${i} times before`,
        'float32',
        await square.data(),
        expected,
      )
    }
  } finally {
    for (const each of [weights, ...squares]) each.dispose()
  }
}

/** What the backend holds once the frees in its queue are done: those of earlier cases may still wait there. */
async function heldBy(backend: Backend, allocated: Settings['allocated']): Promise<number> {
  if (allocated === undefined) return 0
  await backend.sync?.()
  return allocated(backend)
}

/** Thousands of steps: as much is alive after the last as after the first few. */
async function staysLevel(backend: Backend, { allocated }: Settings): Promise<void> {
  const counting = countStorages(backend)
  const { step, dispose } = learn(counting.backend)
  const now = async (): Promise<readonly number[]> => [counting.alive(), await heldBy(backend, allocated)]
  try {
    for (let i = 0; i < 50; i++) await step()
    const [before, level] = [memory(), await now()]
    for (let i = 0; i < 2000; i++) await step()
    compareMemory(before)
    const after = await now()
    if (after.every((count, i) => count <= level[i]!)) return
    throw new Error(
      `free: 2000 steps leave storages behind: ${level.join(' and ')} before, ${after.join(' and ')} after (as core counts them, as the backend does)`,
    )
  } finally {
    dispose()
  }
}

/** Every storage that is allocated is freed once, and `free` gives back what `alloc` took. */
async function balances(backend: Backend, { allocated }: Settings): Promise<void> {
  const counting = countStorages(backend)
  const before = await heldBy(backend, allocated)
  const { step, dispose } = learn(counting.backend)
  await step()
  dispose()
  for (const length of lengths) new Storage(counting.backend, 'int32', length).release()
  const after = await heldBy(backend, allocated)
  if (counting.alive() !== 0)
    throw new Error(`free: ${counting.alive()} storages were allocated and not freed`)
  if (counting.freedTwice() !== 0) throw new Error(`free: ${counting.freedTwice()} storages were freed twice`)
  if (after === before) return
  throw new Error(
    `free: the backend holds ${after} storages, and held ${before} before they were made and freed`,
  )
}

export const memoryCases = (): readonly CaseFactory[] => [
  memoryCase('ops stay within their storages', staysWithin),
  memoryCase('a failed allocation leaves nothing behind', survivesFailedAllocations),
  memoryCase('storages keep their contents', keepsContents),
  memoryCase('write copies', writeCopies),
  memoryCase('read copies', readCopies),
  memoryCase('free comes after earlier calls', ordersFrees),
  memoryCase('variables change after earlier calls', ordersAssignments),
  memoryCase('storages are balanced', balances),
  memoryCase('memory stays level over thousands of steps', staysLevel),
]
