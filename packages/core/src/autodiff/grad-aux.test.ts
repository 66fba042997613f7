import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DTypeError, ShapeError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { scalar, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { grad, valueAndGrad } from './grad.ts'
import { active } from './recording.ts'

beforeEach(() => setBackend(testBackend()))

interface Aux {
  readonly squares: Tensor
  readonly count: number
}

const withSquares = (x: Tensor): [Tensor, Aux] => {
  const squares = square(x)
  return [sum(mul(squares, 2)), { squares, count: x.size }]
}

describe('hasAux', () => {
  test('gives what the function returns besides, and leaves nothing else behind', () => {
    const x = tensor([1, 2])
    const before = memory()
    const { value, grads, aux } = valueAndGrad(withSquares, { hasAux: true })(x)
    expect(value.arraySync()).toBe(10)
    expect(grads.arraySync()).toEqual([4, 8])
    expect([aux.squares.arraySync(), aux.count]).toEqual([[1, 4], 2])
    for (const t of [value, grads, aux.squares]) t.dispose()
    const [again, { squares }] = grad(withSquares, { hasAux: true })(x)
    expect([again.arraySync(), squares.arraySync()]).toEqual([
      [4, 8],
      [1, 4],
    ])
    again.dispose()
    squares.dispose()
    expect(memory()).toEqual(before)
    expect([active, x.node]).toEqual([0, null])
  })

  test('keeps tensors in whatever they are, and gives them to the scope around', () => {
    const before = memory()
    tidy(() => {
      const [, aux] = grad(
        (x: Tensor): [Tensor, Map<string, Tensor[]>] => [sum(x), new Map([['a', [square(x), mul(x, 3)]]])],
        { hasAux: true },
      )(tensor([2]))
      expect(aux.get('a')!.map((t) => t.arraySync())).toEqual([[4], [6]])
    })
    expect(memory()).toEqual(before)
  })

  test('may be anything, the value and arguments too', () => {
    const before = memory()
    const x = tensor([3])
    const { value, aux } = valueAndGrad(
      (t: Tensor): [Tensor, readonly [Tensor, Tensor, string]] => {
        const y = sum(square(t))
        return [y, [y, t, 'text']]
      },
      { hasAux: true },
    )(x)
    x.dispose()
    value.dispose()
    const [y, t, text] = aux
    expect([y.arraySync(), t.arraySync(), text]).toEqual([9, [3], 'text'])
    y.dispose()
    t.dispose()
    expect(grad((u: Tensor): [Tensor, null] => [sum(u), null], { hasAux: true })(scalar(1))[1]).toBeNull()
    expect(memory().storages - before.storages).toBeGreaterThan(0)
  })

  test('comes out as constants of what is differentiated', () => {
    const [, aux] = grad((x: Tensor): [Tensor, Tensor] => [sum(square(x)), square(x)], { hasAux: true })(
      tensor([1, 2]),
    )
    expect(grad((x: Tensor) => sum(mul(x, aux)))(tensor([1, 1])).arraySync()).toEqual([1, 4])
  })

  test('belongs to the computation around, which differentiates it', () => {
    // f = x³ + ∂/∂x Σx², through the gradient and through what comes out besides: 3x² + 2.
    const f = (x: Tensor): Tensor => {
      const [g, cube] = grad((t: Tensor): [Tensor, Tensor] => [sum(square(t)), mul(t, square(t))], {
        hasAux: true,
      })(x)
      return sum(add(cube, g))
    }
    expect(grad(f)(tensor([1, 2])).arraySync()).toEqual([5, 14])
  })

  test('with several arguments, structures and variables has the types of both', () => {
    const w = variable([1, 2])
    const result = valueAndGrad((): [Tensor, { n: number }] => [sum(square(w)), { n: 1 }], { hasAux: true })({
      layer: [w],
    })
    expectTypeOf(result.aux).toEqualTypeOf<{ n: number }>()
    expect(result.grads.layer[0].arraySync()).toEqual([2, 4])
    const [[a, b], text] = grad((p: Tensor, q: Tensor): [Tensor, string] => [sum(mul(p, q)), 'x'], {
      hasAux: true,
    })(tensor([1]), tensor([5]))
    expectTypeOf(text).toEqualTypeOf<string>()
    expect([a.arraySync(), b.arraySync()]).toEqual([[5], [1]])
    expectTypeOf(grad((x: Tensor) => sum(x), {})).returns.toEqualTypeOf<Tensor>()
    expectTypeOf(grad((x: Tensor) => sum(x), { hasAux: false })).returns.toEqualTypeOf<Tensor>()
  })
})

describe('refused', () => {
  const x = (): Tensor => tensor([1, 2])
  const run = (f: unknown) => () => void grad(f as typeof withSquares, { hasAux: true })(x())

  test('is a function that returns no pair', () => {
    expect(run((t: Tensor) => sum(t))).toThrow(ArgumentError)
    expect(run((t: Tensor) => sum(t))).toThrow(
      /^grad: the function did not return a pair\.\n {2}result: float32\[\]\n {2}expected: \[value, aux\], as hasAux says\n {2}hint: leave hasAux away/,
    )
    expect(run((t: Tensor) => [sum(t)])).toThrow(/did not return a pair/)
    expect(run((t: Tensor) => [sum(t), 1, 2])).toThrow(/did not return a pair/)
    expect(run(async (t: Tensor) => [sum(t), 1])).toThrow(/returned a Promise/)
    expect(() => grad(withSquares as unknown as (t: Tensor) => Tensor)(x())).toThrow(
      /grad: the function did not return a tensor/,
    )
  })

  test('is a value in the pair that cannot be differentiated', () => {
    expect(run((t: Tensor) => [square(t), 1])).toThrow(ShapeError)
    expect(run(() => [scalar(true), 1])).toThrow(DTypeError)
    expect(run(() => [1, x()])).toThrow(/did not return a tensor/)
  })

  test('are options that make no sense', () => {
    expect(() => grad(withSquares, { hasAux: 1 } as never)).toThrow(/grad: hasAux is not a boolean/)
    expect(() => valueAndGrad(withSquares, { hasaux: true } as never)).toThrow(
      /unknown option "hasaux"[\s\S]*hasAux/,
    )
    expect(() => valueAndGrad(withSquares, null as never)).toThrow(/the options are not an object/)
  })

  test('without leaving anything behind', () => {
    const t = x()
    const before = memory()
    const failing = (u: Tensor): [Tensor, Tensor] => {
      square(u)
      throw new Error('it failed')
    }
    for (let i = 0; i < 3; i++) {
      expect(() => grad(failing, { hasAux: true })(t)).toThrow('it failed')
      expect(() =>
        valueAndGrad((u: Tensor): [Tensor, Tensor] => [square(u), square(u)], { hasAux: true })(t),
      ).toThrow(ShapeError)
    }
    expect(memory()).toEqual(before)
    expect([active, t.node]).toEqual([0, null])
  })
})
