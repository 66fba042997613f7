import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import {
  ArgumentError,
  BackendMismatchError,
  DTypeError,
  OutOfMemoryError,
  ShapeError,
} from '../errors/index.ts'
import { random } from '../index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { exp } from '../ops/exp.ts'
import { logSumExp } from '../ops/log-sum-exp.ts'
import { matmul } from '../ops/matmul.ts'
import { mul } from '../ops/mul.ts'
import { reshape } from '../ops/reshape.ts'
import { sin } from '../ops/sin.ts'
import { square } from '../ops/square.ts'
import { sub } from '../ops/sub.ts'
import { sum } from '../ops/sum.ts'
import { transpose } from '../ops/transpose.ts'
import { referenceBackend } from '../reference/index.ts'
import { ones, scalar, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { checkGradients } from './check-gradients.ts'
import { grad } from './grad.ts'
import { hessian } from './hessian.ts'
import { hvp } from './hvp.ts'
import { jacobian } from './jacobian.ts'
import { jvp } from './jvp.ts'
import { active } from './recording.ts'

let backend: TestBackend

beforeEach(() => {
  backend = testBackend()
  setBackend(backend)
})

const doubles = (...values: number[]): Tensor => tensor(values, { dtype: 'float64' })
const cubes = (x: Tensor): Tensor => sum(mul(x, square(x)))

describe('hessian', () => {
  test('of a quadratic form is twice its matrix, and nothing is left behind', () => {
    const a = tensor(
      [
        [2, 1],
        [1, -3],
      ],
      { dtype: 'float64' },
    )
    const x = doubles(5, 7)
    const before = memory()
    const h = hessian((t: Tensor) => {
      const row = reshape(t, [1, 2])
      return matmul(matmul(row, a), transpose(row))
    })(x)
    expect([h.dtype, h.arraySync()]).toEqual([
      'float64',
      [
        [4, 2],
        [2, -6],
      ],
    ])
    h.dispose()
    expect(memory()).toEqual(before)
    expect([active, x.node]).toEqual([0, null])
  })

  test('of log Σ exp is diag(p) − p pᵀ', () => {
    const x = doubles(0.3, -1.2, 0.5)
    const h = hessian((t: Tensor) => logSumExp(t))(x).arraySync() as number[][]
    const total = Array.from(x.dataSync()).reduce((s, value) => s + Math.exp(value), 0)
    const p = Array.from(x.dataSync(), (value) => Math.exp(value) / total)
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) expect(h[i]![j]).toBeCloseTo((i === j ? p[i]! : 0) - p[i]! * p[j]!, 12)
  })

  test('agrees with finite differences of the gradient', () => {
    tidy(() => {
      const x = random.normal([2, 2], { dtype: 'float64', seed: 1 })
      const f = (t: Tensor): Tensor => sum(exp(matmul(sin(t), t)))
      const h = hessian(f)(x)
      expect(h.shape).toEqual([2, 2, 2, 2])
      const rows = reshape(h, [4, 4]).arraySync() as number[][]
      for (let i = 0; i < 4; i++) {
        const d = tensor(new Float64Array(4).fill(1e-5, i, i + 1), { shape: [2, 2] })
        const slope = grad(f)
        const difference = mul(sub(slope(add(x, d)), slope(sub(x, d))), 0.5e5).dataSync()
        rows[i]!.forEach((value, j) => expect(value).toBeCloseTo(difference[j]!, 6))
      }
    })
  })

  test('of structures has a structure in each place', () => {
    const f = (p: { w: Tensor; b: Tensor }): Tensor => sum(mul(square(p.w), p.b))
    const h = hessian(f)({ w: tensor([1, 2]), b: scalar(3) })
    expectTypeOf(h).toEqualTypeOf<{ w: { w: Tensor; b: Tensor }; b: { w: Tensor; b: Tensor } }>()
    expect(h.w.w.arraySync()).toEqual([
      [6, 0],
      [0, 6],
    ])
    expect([h.w.b, h.b.w, h.b.b].map((part) => part.arraySync())).toEqual([[2, 4], [2, 4], 0])
  })

  test('of several arguments is a list of lists, and of variables follows them', () => {
    const [[aa, ab], [ba, bb]] = hessian((a: Tensor, b: Tensor) => mul(square(a), b))(scalar(2), scalar(5))
    expect([aa, ab, ba, bb].map((part) => part.arraySync())).toEqual([10, 4, 4, 0])
    const w = variable([1, 2])
    const [[ww]] = hessian(() => cubes(w))([w])
    expect(ww.arraySync()).toEqual([
      [6, 0],
      [0, 12],
    ])
  })

  test('has zeros where the gradient is constant', () => {
    expect(hessian((t: Tensor) => sum(t))(tensor([1, 2])).arraySync()).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect(hessian((_t: Tensor) => scalar(1))(scalar(1)).arraySync()).toBe(0)
    expect(hessian((t: Tensor) => sum(t))(tensor([])).shape).toEqual([0, 0])
  })

  test('is differentiated by what is around it, and of what is inside', async () => {
    const third = jacobian(hessian(cubes))(doubles(1, 2)).arraySync()
    expect(third).toEqual([
      [
        [6, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 6],
      ],
    ])
    await checkGradients((t) => hessian((u: Tensor) => sum(sin(mul(u, sum(u)))))(t!), [doubles(0.3, 0.4)], {
      order: 2,
    })
    const inner = (t: Tensor): Tensor => sum(jvp(cubes, t, t)[1])
    // ⟨∇f, x⟩ = 3 Σ x³ for f = Σ x³.
    expect(hessian(inner)(doubles(1, 2)).arraySync()).toEqual([
      [18, 0],
      [0, 36],
    ])
  })
})

describe('hvp', () => {
  test('is the Hessian times the vector, and leaves nothing behind', () => {
    const x = random.normal([3, 2], { dtype: 'float64', seed: 1 })
    const v = random.normal([3, 2], { dtype: 'float64', seed: 2 })
    const f = (t: Tensor): Tensor => sum(exp(matmul(t, sin(transpose(t)))))
    const before = memory()
    const product = hvp(f, x, v)
    expect(memory().tensors - before.tensors).toBe(1)
    const expected = tidy(() => matmul(reshape(hessian(f)(x), [6, 6]), reshape(v, [6, 1])))
    product.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected.dataSync()[i]!, 10))
    for (const t of [product, expected]) t.dispose()
    expect(memory()).toEqual(before)
    expect([active, x.node, v.node]).toEqual([0, null, null])
  })

  test('has the structure of what was given', () => {
    const f = (a: Tensor, b: Tensor): Tensor => mul(square(a), b)
    const [a, b] = hvp(f, [scalar(2), scalar(5)], [scalar(1), scalar(10)])
    expect([a.arraySync(), b.arraySync()]).toEqual([10 + 40, 4])
    const inObject = hvp((p: { w: Tensor }) => cubes(p.w), { w: tensor([1, 2]) }, { w: tensor([1, 10]) })
    expectTypeOf(inObject).toEqualTypeOf<{ w: Tensor }>()
    expect(inObject.w.arraySync()).toEqual([6, 120])
    expect(hvp(cubes, [scalar(2)], [scalar(1)])[0].arraySync()).toBe(12)
    const w = variable([1, 2])
    expect(hvp(() => cubes(w), w, tensor([1, 10])).arraySync()).toEqual([6, 120])
    expect(hvp(() => cubes(w), [w], [tensor([1, 10])])[0].arraySync()).toEqual([6, 120])
  })

  test('gives zeros where the gradient is constant', () => {
    expect(hvp((t: Tensor) => sum(t), tensor([1, 2]), ones([2])).arraySync()).toEqual([0, 0])
  })

  test('is differentiated by what is around it', async () => {
    // d/dx ⟨6xv, 1⟩ = 6v
    const g = grad((t: Tensor) => sum(hvp(cubes, t, doubles(1, 10))))(doubles(1, 2))
    expect(g.arraySync()).toEqual([6, 60])
    const f = (t: Tensor): Tensor => sum(sin(mul(t, sum(t))))
    await checkGradients((t, v) => hvp(f, t!, v!), [doubles(0.3, 0.4), doubles(1, -2)], { order: 2 })
    expect(hvp((t: Tensor) => sum(hvp(cubes, t, t)), scalar(2), scalar(1)).arraySync()).toBe(12)
  })
})

describe('both refuse', () => {
  const x = (): Tensor => tensor([1, 2])
  const runs = [
    ['hessian', (f: unknown, at: unknown = x()) => void hessian(f as () => Tensor)(at as Tensor)],
    ['hvp', (f: unknown, at: unknown = x()) => void hvp(f as () => Tensor, at as Tensor, at as Tensor)],
  ] as const

  test.each(runs)('%s: what is no scalar function of floats', (op, run) => {
    expect(() => run(3)).toThrow(`${op}: the argument is not a function`)
    expect(() => run((t: Tensor) => square(t))).toThrow(ShapeError)
    expect(() => run((t: Tensor) => square(t))).toThrow(`${op}: the function returned more than one number`)
    expect(() => run(() => 3)).toThrow(`${op}: the function did not return a tensor`)
    expect(() => run(async () => scalar(1))).toThrow(`${op}: the function returned a Promise`)
    expect(() => run(() => scalar(true))).toThrow(DTypeError)
    expect(() => run(cubes, tensor([1], { dtype: 'int32' }))).toThrow(DTypeError)
    expect(() => run(cubes, 3)).toThrow(`${op}: the argument is not a tensor`)
    expect(() => run(cubes, [])).toThrow(/nothing to differentiate/)
    expect(active).toBe(0)
  })

  test('hvp: vectors that do not fit', () => {
    const run = (v: unknown) => () => void hvp(cubes, x(), v as Tensor)
    expect(run(ones([3]))).toThrow(/^hvp: v and what is differentiated have different shapes/)
    expect(run(doubles(1, 2))).toThrow(DTypeError)
    expect(run(tensor([1, 2], { dtype: 'int32' }))).toThrow(/hvp: v is not a float/)
    expect(run(ones([2], { backend: referenceBackend() as never }))).toThrow(BackendMismatchError)
    expect(run([x()])).toThrow(ArgumentError)
    expect(() => hvp((p: { w: Tensor }) => sum(p.w), { w: x() }, { v: x() } as never)).toThrow(
      /hvp: v has other places/,
    )
  })

  test('nothing without giving everything back, wherever it fails', () => {
    let left = Infinity
    setBackend(
      testBackend({
        before: (method) => {
          if (method === 'alloc' && left-- <= 0) throw new OutOfMemoryError('no room')
        },
      }),
    )
    const t = x()
    const before = memory()
    for (const run of [() => hvp(cubes, t, t).dispose(), () => hessian(cubes)(t).dispose()]) {
      let failures = 0
      for (let allowed = 0; ; allowed++) {
        left = allowed
        try {
          run()
          break
        } catch (error) {
          expect(error).toBeInstanceOf(OutOfMemoryError)
          failures++
        } finally {
          left = Infinity
        }
        expect(memory()).toEqual(before)
        expect([active, t.node]).toEqual([0, null])
      }
      expect(failures).toBeGreaterThan(8)
      expect(memory()).toEqual(before)
    }
  })
})
