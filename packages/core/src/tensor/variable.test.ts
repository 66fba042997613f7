import { beforeEach, describe, expect, test } from 'vitest'
import { grad, valueAndGrad } from '../autodiff/grad.ts'
import { GradientTape } from '../autodiff/gradient-tape.ts'
import { setBackend, withBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import {
  ArgumentError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  OutOfMemoryError,
  ShapeError,
} from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { transpose } from '../ops/transpose.ts'
import { referenceBackend } from '../reference/index.ts'
import { scalar, tensor, zeros } from './create.ts'
import { Tensor } from './tensor.ts'
import { forEachVariable, Variable, variable } from './variable.ts'

let backend: TestBackend

beforeEach(() => {
  backend = testBackend()
  setBackend(backend)
})

describe('variable', () => {
  test('is made from a tensor, which stays usable, or from values', () => {
    const x = tensor([1, 2])
    const w = variable(x, { name: 'kernel' })
    expect(w).toBeInstanceOf(Variable)
    expect(w).toBeInstanceOf(Tensor)
    expect(w).toMatchObject({
      name: 'kernel',
      trainable: true,
      constraint: null,
      shape: [2],
      dtype: 'float32',
    })
    x.dispose()
    expect(w.arraySync()).toEqual([1, 2])
    expect(variable(3).arraySync()).toBe(3)
    expect(variable([1, 2], { dtype: 'int32' })).toMatchObject({
      dtype: 'int32',
      trainable: false,
      name: 'variable',
    })
    expect(variable(Float64Array.of(1)).dtype).toBe('float64')
    expect(variable(zeros([0, 3])).shape).toEqual([0, 3])
  })

  test('has a path, which is its name where nothing is around it', () => {
    expect(variable(1, { name: 'kernel' }).path).toBe('kernel')
    expect(variable(1, { name: 'kernel', path: 'dense/kernel' })).toMatchObject({
      name: 'kernel',
      path: 'dense/kernel',
    })
  })

  test('takes another dtype than its tensor', () => {
    expect(variable(tensor([1.5]), { dtype: 'float64' })).toMatchObject({ dtype: 'float64' })
  })

  test('covers its whole storage, whatever it was made from', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ])
    const w = variable(transpose(x))
    expect(w).toMatchObject({ contiguous: true, offset: 0 })
    expect(w.storage).not.toBe(x.storage)
    expect(w.storage.length).toBe(w.size)
    expect(w.arraySync()).toEqual([
      [1, 3],
      [2, 4],
    ])
  })

  test('belongs to no scope', () => {
    const before = memory()
    const w = tidy(() => {
      const made = variable(tensor([1, 2]))
      return { made: [made] }
    }).made[0]!
    const hidden: Variable[] = []
    tidy(() => {
      hidden.push(variable(0))
    })
    expect(w.arraySync()).toEqual([1, 2])
    expect(hidden[0]!.disposed).toBe(false)
    w.dispose()
    w.dispose()
    hidden[0]!.dispose()
    expect(memory()).toEqual(before)
    expect(backend.live()).toBe(0)
  })

  test('gives nothing away after dispose', () => {
    const w = variable(1)
    w.dispose()
    forEachVariable((other) => expect(other).not.toBe(w))
    expect(() => w.dataSync()).toThrow(DisposedError)
    expect(() => w.assign(1)).toThrow(/assign: variable was used after dispose/)
    expect(() => variable(w)).toThrow(/variable: initial was used after dispose/)
    expect(() => valueAndGrad(() => scalar(1))([w])).toThrow(DisposedError)
  })

  test('refuses options that make no sense', () => {
    expect(() => variable(1, { dtype: 'half' as never })).toThrow(DTypeError)
    expect(() => variable(1, { trainabel: true } as never)).toThrow(
      /unknown option "trainabel"(.*\n)*.*mean trainable/,
    )
    expect(() => variable(1, { name: 7 as never })).toThrow(/variable: the option name is wrong/)
    expect(() => variable(1, { path: 7 as never })).toThrow(/variable: the option path is wrong/)
    expect(() => variable(1, { trainable: 1 as never })).toThrow(ArgumentError)
    expect(() => variable(1, { constraint: 'maxNorm' as never })).toThrow(/a function or null/)
    expect(() => variable(1, 'w' as never)).toThrow(ArgumentError)
    expect(() => variable('1' as never)).toThrow(ArgumentError)
    expect(() => variable([1], { dtype: 'int32', trainable: true })).toThrow(/only floats can be trained/)
    expect(() => variable(tensor([true]), { trainable: true })).toThrow(DTypeError)
    expect(backend.live()).toBe(1)
  })
})

describe('assign', () => {
  test('takes tensors, numbers and nested arrays of the shape', () => {
    const w = variable([1, 2])
    expect(w.assign(tensor([3, 4]))).toBe(w)
    expect(w.arraySync()).toEqual([3, 4])
    expect(w.assign([5, 6]).arraySync()).toEqual([5, 6])
    expect(w.assign(Float32Array.of(7, 8)).arraySync()).toEqual([7, 8])
    expect(variable(1).assign(2).arraySync()).toBe(2)
    expect(variable(zeros([0])).assign([]).shape).toEqual([0])
  })

  test('converts without loss of kind', () => {
    const w = variable([1, 2])
    expect(w.assign(tensor([1.5, 2.5], { dtype: 'float64' }))).toMatchObject({ dtype: 'float32' })
    expect(w.arraySync()).toEqual([1.5, 2.5])
    expect(w.assign(tensor([3, 4], { dtype: 'int32' })).arraySync()).toEqual([3, 4])
    expect(w.assign(tensor([true, false])).arraySync()).toEqual([1, 0])
    const counter = variable([1], { dtype: 'int32' })
    expect(() => counter.assign(tensor([1.5]))).toThrow(DTypeError)
    expect(() => counter.assign(tensor([1.5]))).toThrow(
      /lose its fraction or sign(.*\n)*.*cast\(value, 'int32'\)/,
    )
    expect(() => counter.assign([1.5])).toThrow(DTypeError)
    expect(counter.arraySync()).toEqual([1])
  })

  test('refuses other shapes, backends and things, and changes nothing', async () => {
    const w = variable([1, 2])
    const before = memory()
    for (const value of [[1, 2, 3], [[1, 2]], 1]) expect(() => w.assign(value)).toThrow(ShapeError)
    expect(() => w.assign([1, 2, 3])).toThrow(
      /another shape than the variable.\n {2}variable: float32\[2\]\n {2}value: float32\[3\]/,
    )
    expect(() => w.assign(undefined as never)).toThrow(ArgumentError)
    expect(memory()).toEqual(before)
    const elsewhere = await tensor([3, 4]).to(referenceBackend())
    expect(() => w.assign(elsewhere)).toThrow(BackendMismatchError)
    expect(() => w.assign(elsewhere)).toThrow(/variable: "test"\n {2}value: "reference"/)
    const gone = tensor([1, 2])
    gone.dispose()
    expect(() => w.assign(gone)).toThrow(/assign: value was used after dispose/)
    expect(w.arraySync()).toEqual([1, 2])
  })

  test('puts plain values on the variable’s own backend', () => {
    const w = variable([1, 2])
    expect(withBackend(referenceBackend(), () => w.assign([3, 4])).arraySync()).toEqual([3, 4])
    expect(w.storage.backend).toBe(backend)
  })

  test('shares the storage of a whole tensor, which costs nothing', () => {
    const w = variable([1, 2])
    const next = tensor([3, 4])
    w.assign(next)
    expect(w.storage).toBe(next.storage)
    next.dispose()
    expect(w.arraySync()).toEqual([3, 4])
    w.assign(w)
    expect(w.arraySync()).toEqual([3, 4])
    w.dispose()
    expect(backend.live()).toBe(0)
  })

  test('writes in place where nothing else sees the storage', () => {
    const w = variable([
      [1, 2],
      [3, 4],
    ])
    const { storage } = w
    const version = storage.version
    using x = tensor([
      [5, 6],
      [7, 8],
    ])
    w.assign(transpose(x))
    expect(w.storage).toBe(storage)
    expect(storage.version).toBe(version + 1)
    expect(w.arraySync()).toEqual([
      [5, 7],
      [6, 8],
    ])
  })

  test('leaves what views and clones of the old value show', () => {
    const w = variable([
      [1, 2],
      [3, 4],
    ])
    const view = transpose(w)
    w.assign(view)
    expect(w.arraySync()).toEqual([
      [1, 3],
      [2, 4],
    ])
    expect(view.arraySync()).toEqual([
      [1, 3],
      [2, 4],
    ])
    w.assign([
      [0, 0],
      [0, 0],
    ])
    expect(view.arraySync()).toEqual([
      [1, 3],
      [2, 4],
    ])
  })

  test('does not disturb a read that is under way', async () => {
    setBackend(testBackend({ readsAtOnce: false }))
    const w = variable([1, 2])
    const read = w.data()
    w.assign([3, 4])
    using x = tensor([5, 6], { dtype: 'float64' })
    w.assign(x)
    expect([...(await read)]).toEqual([1, 2])
    expect([...(await w.data())]).toEqual([5, 6])
  })

  test('gives its new storage back where copying fails', () => {
    let fails = false
    const failing = testBackend({
      before: (method) => {
        if (fails && method === 'copy') throw new OutOfMemoryError('no room')
      },
    })
    setBackend(failing)
    const w = variable([1, 2])
    const view = add(w, 0)
    const shared = variable(view)
    const wide = tensor([3, 4], { dtype: 'float64' })
    fails = true
    const before = memory()
    const live = failing.live()
    expect(() => shared.assign(wide)).toThrow(OutOfMemoryError)
    expect(() => shared.prepareWrite()).toThrow(OutOfMemoryError)
    expect(memory()).toEqual(before)
    expect(failing.live()).toBe(live)
    expect(shared.arraySync()).toEqual([1, 2])
  })
})

test('prepareWrite takes a storage of its own only where it is shared', () => {
  const w = variable([1, 2])
  const { storage } = w
  w.prepareWrite()
  expect(w.storage).toBe(storage)
  expect(storage.version).toBe(1)
  const view = add(w, 0)
  w.assign(view)
  w.prepareWrite()
  expect(w.storage).not.toBe(view.storage)
  expect(w.arraySync()).toEqual([1, 2])
})

describe('a tape that holds the value', () => {
  test('sees what the forward pass saw, after assignments of every kind', () => {
    for (const assign of [
      (w: Variable) => w.assign([10, 20]),
      (w: Variable) => w.assign(tensor([10, 20], { dtype: 'float64' })),
      (w: Variable) => tidy(() => w.assign(mul(w, 10))),
      (w: Variable) => w.prepareWrite(),
    ]) {
      const w = variable([1, 2])
      const tape = new GradientTape()
      const loss = sum(square(w))
      assign(w)
      expect(tape.gradient(loss, w).arraySync()).toEqual([2, 4])
    }
  })

  test('sees each value that a variable had', () => {
    const w = variable([1, 2])
    const { grads } = valueAndGrad(() => {
      const first = sum(mul(w, w))
      w.assign([10, 20])
      return add(first, sum(mul(w, w)))
    })([w])
    expect(grads[0].arraySync()).toEqual([2 + 20, 4 + 40])
  })

  test('no longer holds it after the gradient: the next assignment is in place', () => {
    const w = variable([1, 2])
    const { value, grads } = valueAndGrad(() => sum(square(w)))([w])
    value.dispose()
    grads[0].dispose()
    const { storage } = w
    w.assign(tidy(() => tensor([3, 4], { dtype: 'float64' })))
    expect(w.storage).toBe(storage)
  })

  test('survives the variable', () => {
    const w = variable([1, 2])
    const g = grad((x: Tensor) => {
      const loss = sum(mul(x, square(w)))
      w.dispose()
      return loss
    })(tensor([1, 1]))
    expect(g.arraySync()).toEqual([1, 4])
  })
})

test('a value of a thousand steps leaves as much memory as one', () => {
  const w = variable([1, 2])
  const step = (): void => {
    const { value, grads } = valueAndGrad(() => sum(square(w)))([w])
    tidy(() => w.assign(add(w, mul(grads[0], -0.1))))
    value.dispose()
    for (const g of grads) g.dispose()
  }
  step()
  const before = memory()
  const live = backend.live()
  for (let i = 0; i < 1000; i++) step()
  expect(memory()).toEqual(before)
  expect(backend.live()).toBe(live)
})
