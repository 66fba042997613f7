import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { DTypeError, ShapeError, UnsupportedError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { keep, tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { referenceBackend } from '../reference/index.ts'
import { scalar, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { grad, valueAndGrad } from './grad.ts'
import { active } from './recording.ts'

beforeEach(() => setBackend(referenceBackend()))

describe('early disposal', () => {
  test('of everything inside the function does not change the gradient', () => {
    const before = memory()
    const x = tensor([1, 2])
    const g = grad((t: Tensor) => {
      const u = mul(t, t)
      const v = mul(u, t)
      u.dispose()
      t.dispose()
      x.dispose()
      const total = sum(v)
      v.dispose()
      return total
    })(x)
    expect(g.arraySync()).toEqual([3, 12])
    g.dispose()
    expect(memory()).toEqual(before)
  })

  test('by scopes inside the function does not either', () => {
    const g = grad((x: Tensor) =>
      tidy(() =>
        sum(
          tidy(() =>
            mul(
              tidy(() => mul(x, x)),
              x,
            ),
          ),
        ),
      ),
    )(tensor([1, 2]))
    expect(g.arraySync()).toEqual([3, 12])
  })

  test('of an argument that does not matter leaves its zeros', () => {
    const before = memory()
    const x = tensor([1, 2])
    const w = variable([3])
    const [g, h] = grad((a: Tensor, _b: Tensor) => {
      x.dispose()
      w.dispose()
      return sum(a)
    })(x, w)
    expect([g.arraySync(), h.arraySync()]).toEqual([[1, 1], [0]])
    g.dispose()
    h.dispose()
    expect(memory()).toEqual(before)
  })

  test('is undone by keep', () => {
    let kept: Tensor | undefined
    const g = grad((x: Tensor) => {
      kept = keep(square(x))
      return sum(kept)
    })(tensor([1, 2]))
    expect([kept!.arraySync(), g.arraySync()]).toEqual([
      [1, 4],
      [2, 4],
    ])
    // It no longer belongs to a gradient computation.
    expect(grad((x: Tensor) => sum(mul(x, kept!)))(tensor([1, 1])).arraySync()).toEqual([1, 4])
  })
})

describe('recording', () => {
  test('happens only for what depends on an argument', () => {
    const x = tensor([1, 2])
    grad((t: Tensor) => {
      const constant = mul(x, x)
      expect(constant.node).toBeNull()
      const y = mul(t, constant)
      expect(y.node).not.toBeNull()
      return sum(y)
    })(x)
    expect(mul(x, x).node).toBeNull()
    expect(x.node).toBeNull()
  })

  test('is over, and memory level, after errors of every kind', () => {
    const x = tensor([1, 2])
    const w = variable([1, 2])
    const before = memory()
    for (let i = 0; i < 50; i++) {
      expect(() =>
        valueAndGrad((t: Tensor) => {
          const y = mul(t, w)
          grad((u: Tensor) => sum(mul(u, y)))(t)
          throw new Error('it failed')
        })(x),
      ).toThrow('it failed')
      expect(() => valueAndGrad((t: Tensor) => mul(t, w))(x)).toThrow(ShapeError)
      expect(() => valueAndGrad(() => scalar(1))([w, tensor([1], { dtype: 'int32' })])).toThrow(DTypeError)
    }
    // The tensors of int32 above are the test's own.
    expect(memory().tensors - before.tensors).toBeLessThanOrEqual(50)
    expect([active, x.node, w.node]).toEqual([0, null, null])
    expect(grad(() => sum(square(w)))([w])[0].arraySync()).toEqual([2, 4])
  })

  test('can be nested 31 deep, and says so beyond', () => {
    const nest = (depth: number): ((x: Tensor) => Tensor) =>
      depth === 0 ? (x) => mul(x, x) : (x) => mul(x, grad(nest(depth - 1))(x))
    // dᵏ-fold nesting of x·f′(x) for f = x² multiplies by 2 each time.
    expect(grad(nest(5))(scalar(1)).arraySync()).toBe(64)
    const deep = (depth: number): number =>
      grad((x: Tensor) => {
        if (depth > 1) deep(depth - 1)
        return x
      })(scalar(1)).size
    const before = memory()
    expect(deep(31)).toBe(1)
    expect(() => deep(32)).toThrow(UnsupportedError)
    expect(() => deep(32)).toThrow(/too many gradient computations are open at once/)
    expect(active).toBe(0)
    expect(deep(31)).toBe(1)
    expect(memory().storages).toBeGreaterThanOrEqual(before.storages)
  })

  test('adds up what arrives along several ways', () => {
    // f = (x + x²) · x² = x³ + x⁴
    const f = (x: Tensor): Tensor => {
      const y = square(x)
      return mul(add(x, y), y)
    }
    expect(grad(f)(scalar(2)).arraySync()).toBe(12 + 32)
    expect(grad(grad(f))(scalar(2)).arraySync()).toBe(12 + 48)
  })
})

describe('what comes out', () => {
  test('are handles that can be disposed one by one, whatever they share', () => {
    const before = memory()
    const x = tensor([1, 2])
    const y = tensor([3, 4])
    const { value, grads } = valueAndGrad((a: Tensor, b: Tensor) => sum(add(a, b)))(x, y)
    value.dispose()
    grads[0].dispose()
    expect(grads[1].arraySync()).toEqual([1, 1])
    grads[1].dispose()
    expect(x.arraySync()).toEqual([1, 2])
    x.dispose()
    y.dispose()
    expect(memory()).toEqual(before)
  })

  test('is never a tensor that the caller has already', () => {
    const x = scalar(2)
    const constant = scalar(5)
    const kept: Tensor[] = []
    for (const f of [(a: Tensor) => a, () => constant, (a: Tensor) => (kept[0] = keep(square(a)))]) {
      const { value, grads } = valueAndGrad(f)(x)
      value.dispose()
      grads.dispose()
    }
    expect([x, constant, kept[0]!].map((tensor) => tensor.disposed)).toEqual([false, false, false])
  })

  test('goes to the scope around, and with it', () => {
    const before = memory()
    const x = scalar(3)
    tidy(() => {
      const { value, grads } = valueAndGrad((a: Tensor) => square(a))(x)
      expect([value.arraySync(), grads.arraySync()]).toEqual([9, 6])
    })
    x.dispose()
    expect(memory()).toEqual(before)
  })
})
