import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DisposedError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { broadcastTo } from '../ops/broadcast-to.ts'
import { cast } from '../ops/cast.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { onesLike, scalar, tensor, zerosLike } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { checkGradients } from './check-gradients.ts'
import { defineArith, defineOp, defineOpWith } from './define-op.ts'
import { grad } from './grad.ts'
import type { Input } from './node.ts'

beforeEach(() => setBackend(testBackend()))

const cube = defineOp({
  name: 'cube',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => tidy(() => mul(x, square(x))),
  vjp: { x: (g, { x }) => mul(g, mul(3, square(x))) },
})

const product = defineOp({
  name: 'product',
  inputs: ['a', 'b'],
  save: ['a', 'b'],
  forward: (a, b) => mul(a, b),
  vjp: { a: (g, { b }) => mul(g, b), b: (g, { a }) => mul(g, a) },
})

const mulAdd = defineArith({
  name: 'mulAdd',
  inputs: ['a', 'b', 'c'],
  save: ['a', 'b'],
  forward: (a, b, c) => tidy(() => add(mul(a, b), c)),
  vjp: { a: (g, { b }) => mul(g, b), b: (g, { a }) => mul(g, a), c: (g) => g },
})

const scale = defineOpWith({
  name: 'scale',
  inputs: ['x'],
  forward: (x: Tensor, { factor }: { factor: number }) => mul(x, factor),
  vjp: { x: (g, _saved, { factor }) => mul(g, factor) },
})

describe('an op', () => {
  test('is a function of its tensors, and of numbers or attributes where it takes them', () => {
    const x = tensor([1, 2])
    expect(cube(x).arraySync()).toEqual([1, 8])
    expect(mulAdd(x, 2, x).arraySync()).toEqual([3, 6])
    expect(mulAdd(3, 2, 1).arraySync()).toBe(7)
    expect(scale(x, { factor: 3 }).arraySync()).toEqual([3, 6])
    expectTypeOf(cube).parameters.toEqualTypeOf<[Tensor]>()
    expectTypeOf(mulAdd).parameters.toEqualTypeOf<[Input, Input, Input]>()
    expectTypeOf(scale).parameters.toEqualTypeOf<[Tensor, { factor: number }]>()
  })

  test('has gradients of every order, for any number of inputs', async () => {
    const x = tensor([0.5, -1.5], { dtype: 'float64' })
    const y = tensor([2, 0.25], { dtype: 'float64' })
    await checkGradients((a) => cube(cube(a!)), [x], { order: 2 })
    await checkGradients((a, b) => product(cube(a!), b!), [x, y], { order: 2 })
    await checkGradients((a, b) => mulAdd(product(a!, b!), b!, cube(a!)), [x, y], { order: 2 })
    await checkGradients((a) => cube(scale(a!, { factor: -2 })), [x], { order: 2 })
  })

  test('records itself and not its parts, and only where something records', () => {
    const x = tensor([1, 2])
    expect(cube(x).node).toBeNull()
    grad((t: Tensor) => {
      const y = cube(t)
      expect(y.node?.op.name).toBe('cube')
      expect(y.node?.parent0).toBe(t.node)
      expect(cube(x).node).toBeNull()
      const z = mulAdd(x, t, 2)
      expect(z.node?.parents).toEqual([null, t.node, null])
      const scaled = scale(t, { factor: 2 })
      expect(scaled.node?.attributes).toEqual({ factor: 2 })
      return sum(add(add(y, z), scaled))
    })(x)
  })

  test('holds what it saves while it is recorded, and nothing else', () => {
    const x = tensor([1, 2])
    grad((t: Tensor) => {
      const [a, b, c] = [square(t), square(t), square(t)]
      const y = mulAdd(a, b, c)
      expect([a.refs, b.refs, c.refs, y.refs]).toEqual([2, 2, 1, 1])
      return sum(y)
    })(x)
    cube(x)
    expect(x.refs).toBe(1)
  })

  test('with one input twice adds both parts, and gives both holds back', () => {
    const x = tensor([3])
    const before = memory()
    const g = grad((t: Tensor) => sum(product(t, t)))(x)
    expect(g.arraySync()).toEqual([6])
    g.dispose()
    expect(memory()).toEqual(before)
  })

  test('without a rule is seen through: its parts are recorded', () => {
    const sixth = defineOp({ name: 'sixth', inputs: ['x'], forward: (x) => square(cube(x)) })
    expect(grad((x: Tensor) => sum(sixth(x)))(tensor([2])).arraySync()).toEqual([6 * 2 ** 5])
  })

  test('with a null rule lets no gradient through that input', () => {
    const gate = defineOp({
      name: 'gate',
      inputs: ['x', 'open'],
      save: ['open'],
      forward: (x, open) => mul(x, open),
      vjp: { x: (g, { open }) => mul(g, open), open: null },
    })
    const [g, h] = grad((x: Tensor, y: Tensor) => sum(gate(x, y)))(tensor([1, 2]), tensor([3, 4]))
    expect([g.arraySync(), h.arraySync()]).toEqual([
      [3, 4],
      [0, 0],
    ])
  })
})

describe('a rule', () => {
  test('may read the output', () => {
    const root = defineOp({
      name: 'root',
      inputs: ['x'],
      save: ['out'],
      forward: (x) => tidy(() => mul(x, 2)),
      vjp: { x: (g, { out }) => mul(g, out) },
    })
    const before = memory()
    const g = grad((x: Tensor) => {
      const y = root(x)
      const total = sum(y)
      y.dispose()
      return total
    })(tensor([3]))
    expect(g.arraySync()).toEqual([6])
    g.dispose()
    expect(memory().tensors - before.tensors).toBe(1)
  })

  test('reads what is saved and nothing else', () => {
    let keys: readonly (boolean | string)[] = []
    const op = defineOp({
      name: 'op',
      inputs: ['a', 'b'],
      save: ['a'],
      forward: (a, b) => mul(a, b),
      vjp: {
        a: (g, saved) => {
          expectTypeOf(saved).toEqualTypeOf<{ readonly a: Tensor }>()
          keys = ['a' in saved, 'b' in saved, 'out' in saved]
          // @ts-expect-error: b is not saved
          void saved.b
          // @ts-expect-error: nor is the output
          void saved.out
          return g
        },
        b: (g, { a }) => mul(g, a),
      },
    })
    grad((x: Tensor, y: Tensor) => sum(op(x, y)))(tensor([1]), tensor([2]))
    expect(keys).toEqual([true, false, false])
    // @ts-expect-error: c is no input, so it cannot be saved
    void defineOp({ name: 'op', inputs: ['a'], save: ['c'], forward: (a) => a, vjp: { a: (g) => g } })
    // @ts-expect-error: b has no rule
    void defineOp({ name: 'op', inputs: ['a', 'b'], forward: (a) => a, vjp: { a: (g) => g } })
    // @ts-expect-error: a rule gives a tensor
    void defineOp({ name: 'op', inputs: ['a'], forward: (a) => a, vjp: { a: () => 1 } })
  })

  test('sees values whose handles were disposed, and of variables those of the forward pass', () => {
    const w = variable([2, 3])
    const g = grad((x: Tensor) => {
      const y = square(x)
      const z = product(y, w)
      y.dispose()
      w.assign([100, 100])
      return sum(z)
    })(tensor([1, 1]))
    expect(g.arraySync()).toEqual([4, 6])
  })

  test('that keeps what it read finds it freed after the pass', () => {
    let stolen: { readonly x: Tensor } | undefined
    const op = defineOp({
      name: 'thief',
      inputs: ['x'],
      save: ['x'],
      forward: (x) => mul(x, 1),
      vjp: {
        x: (g, saved) => {
          stolen = saved
          return g
        },
      },
    })
    grad((x: Tensor) => sum(op(x)))(tensor([1]))
    expect(() => stolen!.x).toThrow(DisposedError)
    expect(() => stolen!.x).toThrow(/^thief: the tape was already used for a gradient and freed/)
  })

  test('need not care for broadcasts and dtypes: they are undone centrally', () => {
    const spread = defineOp({
      name: 'spread',
      inputs: ['x', 'y'],
      forward: (x, y) => add(x, y),
      vjp: { x: (g) => g, y: (g) => cast(g, 'float64') },
    })
    const [g, h] = grad((x: Tensor, y: Tensor) => sum(spread(x, y)))(tensor([1]), tensor([[1], [2]]))
    expect([g, h].map(({ shape, dtype }) => ({ shape, dtype }))).toEqual([
      { shape: [1], dtype: 'float32' },
      { shape: [2, 1], dtype: 'float32' },
    ])
    expect([g.arraySync(), h.arraySync()]).toEqual([[2], [[1], [1]]])
  })

  test('for all inputs hears which ones are needed', () => {
    const heard: boolean[][] = []
    const op = defineOp({
      name: 'joint',
      inputs: ['a', 'b', 'c'],
      save: ['a', 'c'],
      forward: (a, b, c) => tidy(() => mul(mul(a, b), c)),
      vjpAll: (g, { a, c }, needs) => {
        heard.push([...needs])
        return [zerosLike(a), needs[1] ? mul(g, mul(a, c)) : null, needs[2] ? onesLike(c) : null]
      },
    })
    const [x, y, z] = [tensor([2]), tensor([3]), tensor([5])]
    expect(grad((b: Tensor) => sum(op(x, b, z)))(y).arraySync()).toEqual([10])
    const [ga, gc] = grad((a: Tensor, c: Tensor) => sum(op(a, y, c)))(x, z)
    expect([ga.arraySync(), gc.arraySync()]).toEqual([[0], [1]])
    expect(heard).toEqual([
      [false, true, false],
      [true, false, true],
    ])
  })

  test('is not run for inputs that nobody watches', () => {
    let runs = 0
    const op = defineOp({
      name: 'op',
      inputs: ['a', 'b'],
      forward: (a, b) => add(a, b),
      vjp: {
        a: (g) => g,
        b: (g) => {
          runs++
          return g
        },
      },
    })
    const y = tensor([1])
    grad((x: Tensor) => sum(op(x, y)))(tensor([1]))
    expect(runs).toBe(0)
  })

  test('that throws leaves nothing behind', () => {
    const failing = defineOp({
      name: 'failing',
      inputs: ['x'],
      save: ['x'],
      forward: (x) => mul(x, 1),
      vjp: {
        x: (_g, { x }) => {
          square(x)
          throw new Error('it failed')
        },
      },
    })
    const x = tensor([1])
    const before = memory()
    expect(() => grad((t: Tensor) => sum(failing(square(t))))(x)).toThrow('it failed')
    expect(memory()).toEqual(before)
  })
})

test('a forward that throws leaves nothing behind, and what is around goes on recording', () => {
  const failing = defineOp({
    name: 'failing',
    inputs: ['x'],
    forward: (): Tensor => {
      throw new Error('it failed')
    },
    vjp: { x: (g) => g },
  })
  const g = grad((x: Tensor) => {
    expect(() => failing(x)).toThrow('it failed')
    return sum(square(x))
  })(tensor([3]))
  expect(g.arraySync()).toEqual([6])
})

describe('arguments', () => {
  test('that are not tensors are refused by their names', () => {
    expect(() => cube(3 as never)).toThrow(
      'cube: x is not a tensor.\n  x: 3\n  expected: a tensor\n  hint: make one with tensor(…)',
    )
    expect(() => cube({ dtype: 'float32', shape: [null, 2] } as never)).toThrow(/hint: a symbolic tensor/)
    expect(() => product(scalar(1), [1] as never)).toThrow(/product: b is not a tensor/)
    expect(() => mulAdd(1, '2' as never, 3)).toThrow(/mulAdd: b is not a tensor(.*\n)*.*a tensor or a number/)
    expect(() => scale(undefined as never, { factor: 1 })).toThrow(ArgumentError)
    expect(() => cube(null as never)).toThrow(ArgumentError)
  })

  test('that were disposed are refused by their names, in every place', () => {
    const gone = scalar(1)
    gone.dispose()
    const one = scalar(1)
    for (const [use, name] of [
      [() => cube(gone), 'cube: x'],
      [() => product(gone, one), 'product: a'],
      [() => product(one, gone), 'product: b'],
      [() => mulAdd(1, one, gone), 'mulAdd: c'],
      [() => scale(gone, { factor: 1 }), 'scale: x'],
      [() => broadcastTo(gone, [2]), 'broadcastTo: x'],
    ] as const) {
      expect(use).toThrow(DisposedError)
      expect(use).toThrow(`${name} was used after dispose`)
    }
  })
})
