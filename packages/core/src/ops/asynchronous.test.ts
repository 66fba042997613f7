import { describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DisposedError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { tensor } from '../tensor/create.ts'
import { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import * as asynchronous from './asynchronous.ts'
import { transpose } from './transpose.ts'

const { booleanMask, nonzero, unique } = asynchronous

interface Call {
  readonly name: string
  readonly inputs: () => readonly Tensor[]
  readonly run: (...inputs: readonly Tensor[]) => Promise<Tensor | object>
}

/** Strided, so that there is something to copy before it is read. */
function matrix(values: readonly number[], dtype: 'float32' | 'bool' = 'float32'): Tensor {
  const flat = tensor([...values], { shape: [2, 3], dtype })
  const view = transpose(flat)
  flat.dispose()
  return view
}

const calls: readonly Call[] = [
  { name: 'nonzero', inputs: () => [matrix([1, 0, 2, 0, 3, 0])], run: (x) => nonzero(x!) },
  {
    name: 'booleanMask',
    inputs: () => [matrix([1, 2, 3, 4, 5, 6]), matrix([1, 0, 1, 0, 0, 1], 'bool')],
    run: (x, mask) => booleanMask(x!, mask!),
  },
  {
    name: 'unique',
    inputs: () => [matrix([2, 1, 2, 1, 1, 3])],
    run: (x) => unique(x!, { returnIndex: true, returnInverse: true, returnCounts: true }),
  },
  { name: 'unique', inputs: () => [matrix([2, 1, 2, 1, 1, 3])], run: (x) => unique(x!, { axis: 0 }) },
]

const tensorsOf = (result: Tensor | object): Tensor[] =>
  result instanceof Tensor ? [result] : Object.values<Tensor>(result as Record<string, Tensor>)

const shown = (result: Tensor | object): unknown =>
  tensorsOf(result).map((x) => [x.dtype, x.shape, ...x.dataSync()])

/** How many more calls the backend takes before one fails. */
let left = Infinity
let taken = 0

function use(readsAtOnce: boolean): TestBackend {
  left = Infinity
  const backend = testBackend({
    readsAtOnce,
    before: () => {
      taken++
      if (left-- <= 0) throw new Error('the kernel failed')
    },
  })
  setBackend(backend)
  return backend
}

test('the calls are of every one of them', () => {
  const functions = Object.entries<unknown>(asynchronous).flatMap(([name, f]) =>
    typeof f === 'function' ? [name] : [],
  )
  expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(functions))
})

describe.each(calls)('$name', ({ name, inputs, run }) => {
  test('needs no backend that can be read at once', async () => {
    use(true)
    const expected = shown(await run(...inputs()))
    use(false)
    const result = await run(...inputs())
    use(true)
    const copies = await Promise.all(tensorsOf(result).map((x) => x.data()))
    expect(tensorsOf(result).map((x, i) => [x.dtype, x.shape, ...copies[i]!])).toEqual(expected)
  })

  test('leaves nothing behind, wherever the backend fails', async () => {
    const backend = use(true)
    const xs = inputs()
    const before = memory()
    const stored = backend.live()
    taken = 0
    for (const out of tensorsOf(await run(...xs))) out.dispose()
    const count = taken
    expect(count).toBeGreaterThan(0)
    expect(memory()).toEqual(before)
    for (let n = 0; n < count; n++) {
      left = n
      await expect(run(...xs), `call ${n} of ${count}`).rejects.toThrow('the kernel failed')
      left = Infinity
      expect(memory()).toEqual(before)
      expect(backend.live()).toBe(stored)
    }
  })

  test('belongs to no scope, and is refused as the result of one', async () => {
    use(true)
    const xs = inputs()
    let pending: Promise<Tensor | object> | undefined
    expect(() =>
      tidy(() => {
        pending = run(...xs)
        return pending
      }),
    ).toThrow(ArgumentError)
    const result = await pending!
    expect(tensorsOf(result).every((x) => !x.disposed)).toBe(true)
    // A scope that is open while another one's result comes cannot be: scopes end before anything else runs.
    expect(tensorsOf(result).every((x) => x.depth === 0)).toBe(true)
  })

  test('takes variables as they are at the call', async () => {
    use(true)
    const xs = inputs()
    const expected = shown(await run(...xs))
    const variables = xs.map((x) => variable(x, { trainable: false }))
    const pending = run(...variables)
    for (const v of variables) v.assign(tensor(new Uint8Array(v.size), { shape: v.shape, dtype: 'bool' }))
    expect(shown(await pending)).toEqual(expected)
    for (const v of variables) v.dispose()
  })

  test('refuses each of its arguments when it is disposed', async () => {
    use(true)
    for (const [i] of inputs().entries()) {
      const xs = inputs()
      xs[i]!.dispose()
      const before = memory()
      await expect(run(...xs)).rejects.toThrow(DisposedError)
      await expect(run(...xs)).rejects.toThrow(new RegExp(`^${name}: .* was used after dispose`))
      expect(memory()).toEqual(before)
    }
  })
})
