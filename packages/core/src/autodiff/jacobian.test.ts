import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DTypeError, OutOfMemoryError } from '../errors/index.ts'
import { random } from '../index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { cast } from '../ops/cast.ts'
import { exp } from '../ops/exp.ts'
import { matmul } from '../ops/matmul.ts'
import { mul } from '../ops/mul.ts'
import { reshape } from '../ops/reshape.ts'
import { sin } from '../ops/sin.ts'
import { square } from '../ops/square.ts'
import { sub } from '../ops/sub.ts'
import { sum } from '../ops/sum.ts'
import { transpose } from '../ops/transpose.ts'
import { referenceBackend } from '../reference/index.ts'
import { eye, scalar, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { checkGradients } from './check-gradients.ts'
import { grad } from './grad.ts'
import { jacobian } from './jacobian.ts'
import { jvp } from './jvp.ts'
import { active } from './recording.ts'

let backend: TestBackend

beforeEach(() => {
  backend = testBackend()
  setBackend(backend)
})

const doubles = (...values: number[]): Tensor => tensor(values, { dtype: 'float64' })

describe.each(['reverse', 'forward'] as const)('jacobian, mode %s', (mode) => {
  test('has the derivative of each element by each, and leaves nothing behind', () => {
    const x = tensor([1, 2])
    const before = memory()
    const j = jacobian(
      (t: Tensor) =>
        matmul(
          tensor([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
          square(reshape(t, [2, 1])),
        ),
      {
        mode,
      },
    )(x)
    expect(j.shape).toEqual([3, 1, 2])
    expect(reshape(j, [3, 2]).arraySync()).toEqual([
      [2, 8],
      [6, 16],
      [10, 24],
    ])
    expect(memory().tensors - before.tensors).toBe(2)
    j.dispose()
    expect([active, x.node]).toEqual([0, null])
  })

  test('puts the axes of the value before those of the argument', () => {
    const x = random.normal([2, 3], { dtype: 'float64', seed: 1 })
    const j = jacobian((t: Tensor) => transpose(mul(t, t)), { mode })(x)
    expect(j.shape).toEqual([3, 2, 2, 3])
    const values = j.arraySync() as number[][][][]
    const at = x.arraySync() as number[][]
    for (let i = 0; i < 3; i++)
      for (let k = 0; k < 2; k++)
        for (let p = 0; p < 2; p++)
          for (let q = 0; q < 3; q++)
            expect(values[i]![k]![p]![q]).toBeCloseTo(p === k && q === i ? 2 * at[p]![q]! : 0, 12)
  })

  test('agrees with finite differences', () => {
    tidy(() => {
      const a = random.normal([2, 3], { dtype: 'float64', seed: 1 })
      const f = (t: Tensor): Tensor => matmul(sin(t), transpose(exp(t)))
      const j = reshape(jacobian(f, { mode })(a), [4, 6]).arraySync() as number[][]
      for (let column = 0; column < 6; column++) {
        const step = zeros([6], { dtype: 'float64' })
          .dataSync()
          .fill(1e-6, column, column + 1)
        const d = tensor(step, { shape: [2, 3] })
        const difference = mul(sub(f(add(a, d)), f(sub(a, d))), 0.5e6).dataSync()
        for (let row = 0; row < 4; row++) expect(j[row]![column]).toBeCloseTo(difference[row]!, 8)
      }
    })
  })

  test('takes several arguments and structures, and gives structures of structures', () => {
    const f = (p: { w: Tensor; b: Tensor }, x: Tensor) => ({
      y: add(mul(p.w, x), p.b),
      total: sum(mul(p.w, x)),
    })
    const j = jacobian(f, { mode })({ w: tensor([2, 3]), b: scalar(1) }, tensor([5, 7]))
    expect(j.y[0].w.arraySync()).toEqual([
      [5, 0],
      [0, 7],
    ])
    expect(j.y[0].b.arraySync()).toEqual([1, 1])
    expect(j.y[1].arraySync()).toEqual([
      [2, 0],
      [0, 3],
    ])
    expect(j.total[0].w.arraySync()).toEqual([5, 7])
    expect(j.total[0].b.arraySync()).toBe(0)
    expect(j.total[1].arraySync()).toEqual([2, 3])
    expectTypeOf(j.y).toEqualTypeOf<[{ w: Tensor; b: Tensor }, Tensor]>()
  })

  test('differentiates with respect to variables that the function reads', () => {
    const w = variable([1, 2])
    const b = variable(3)
    const j = jacobian(() => mul(square(w), b), { mode })([w, b])
    expectTypeOf(j).toEqualTypeOf<[Tensor, Tensor]>()
    expect(j.map((part) => part.arraySync())).toEqual([
      [
        [6, 0],
        [0, 12],
      ],
      [1, 4],
    ])
  })

  test('of a scalar is its gradient, and by a scalar the derivative', () => {
    const x = tensor([1, 2])
    expect(jacobian((t: Tensor) => sum(square(t)), { mode })(x).arraySync()).toEqual([2, 4])
    expect(jacobian((t: Tensor) => mul(x, square(t)), { mode })(scalar(3)).arraySync()).toEqual([6, 12])
    expect(jacobian((t: Tensor) => square(t), { mode })(scalar(3)).arraySync()).toBe(6)
  })

  test('has no elements where there are none, and zeros where nothing depends', () => {
    expect(jacobian((t: Tensor) => square(t), { mode })(zeros([0, 2]))).toMatchObject({
      shape: [0, 2, 0, 2],
      dtype: 'float32',
    })
    expect(jacobian(() => zeros([0]), { mode })(variable([1, 2])).shape).toEqual([0, 2])
    expect(jacobian((_t: Tensor) => scalar(1), { mode })(zeros([0])).shape).toEqual([0])
    expect(jacobian((_t: Tensor) => tensor([1, 2]), { mode })(scalar(1)).arraySync()).toEqual([0, 0])
  })

  test('has the dtype of the argument', () => {
    const j = jacobian((t: Tensor) => cast(t, 'float64'), { mode })(tensor([1, 2]))
    expect([j.dtype, j.arraySync()]).toEqual(['float32', eye(2).arraySync()])
  })

  test('is differentiated by what is around it', async () => {
    const third = jacobian(
      jacobian(
        jacobian((t: Tensor) => mul(t, square(t)), { mode }),
        { mode },
      ),
      { mode },
    )(doubles(2))
    expect([third.shape, third.dataSync()[0]]).toEqual([[1, 1, 1, 1], 6])
    const f = (t: Tensor): Tensor => sin(mul(t, sum(t)))
    await checkGradients((t) => jacobian(f, { mode })(t!), [doubles(0.3, -0.8)], { order: 2 })
    // The derivative of J(x)·1 along v is Σₖ ∂²yᵢ/∂xⱼ∂xₖ vₖ summed over j.
    const [, along] = jvp(
      (t: Tensor) => jacobian((u: Tensor) => square(u), { mode })(t),
      doubles(1, 2),
      doubles(3, 4),
    )
    expect(along.arraySync()).toEqual([
      [6, 0],
      [0, 8],
    ])
  })

  test('works on backends that only take contiguous views of four dimensions', () => {
    setBackend(testBackend({ inner: referenceBackend({ strided: false, maxRank: 4 }) }))
    const x = random.normal([2, 3], { seed: 1 })
    const j = jacobian((t: Tensor) => reshape(square(t), [3, 1, 2]), { mode })(x)
    expect(j.shape).toEqual([3, 1, 2, 2, 3])
    expect(sum(j).arraySync()).toBeCloseTo(sum(mul(x, 2)).arraySync() as number, 5)
  })

  test('gives everything back wherever it fails', () => {
    let left = Infinity
    setBackend(
      testBackend({
        before: (method) => {
          if (method === 'alloc' && left-- <= 0) throw new OutOfMemoryError('no room')
        },
      }),
    )
    const x = tensor([1, 2])
    const before = memory()
    let failures = 0
    for (let allowed = 0; ; allowed++) {
      left = allowed
      try {
        jacobian((t: Tensor) => mul(t, square(t)), { mode })(x).dispose()
        break
      } catch (error) {
        expect(error).toBeInstanceOf(OutOfMemoryError)
        failures++
      } finally {
        left = Infinity
      }
      expect(memory()).toEqual(before)
      expect([active, x.node]).toEqual([0, null])
    }
    expect(failures).toBeGreaterThan(10)
    expect(memory()).toEqual(before)
  })
})

test('both modes agree to the last bit where nothing is added in another order', () => {
  const x = random.normal([5], { dtype: 'float64', seed: 3 })
  const f = (t: Tensor): Tensor => exp(sin(t))
  const [reverse, forward] = (['reverse', 'forward'] as const).map((mode) => jacobian(f, { mode })(x))
  expect(reverse!.arraySync()).toEqual(forward!.arraySync())
})

test('memory does not grow with the number of rows', () => {
  let peak = 0
  setBackend(
    testBackend({
      before: (method) => {
        if (method === 'alloc') peak = Math.max(peak, memory().bytes)
      },
    }),
  )
  const size = 40
  const x = random.normal([size], { seed: 1 })
  const before = memory().bytes
  const j = jacobian((t: Tensor) => mul(exp(sin(t)), sum(t)))(x)
  // The result and its rows, one pass, and the line of zeros: not forty passes.
  expect(peak - before).toBeLessThan(2 * 4 * size * size + 4 * size * 20)
  expect(memory().bytes - before).toBe(4 * size * size)
  j.dispose()
})

describe('refuses', () => {
  const x = (): Tensor => tensor([1, 2])

  test('what is no function, and options that make no sense', () => {
    expect(() => jacobian(3 as unknown as () => Tensor)).toThrow(/jacobian: the argument is not a function/)
    expect(() => jacobian(() => x(), { mode: 'sideways' as never })).toThrow(
      /jacobian: there is no such mode\.\n {2}mode: "sideways"\n {2}expected: 'reverse' or 'forward'/,
    )
    expect(() => jacobian(() => x(), { made: 'reverse' } as never)).toThrow(/unknown option "made"/)
  })

  test.each(['reverse', 'forward'] as const)('what cannot be differentiated, mode %s', (mode) => {
    const run = (f: unknown, at: unknown = x()) => {
      return () => void jacobian(f as (t: Tensor) => Tensor, { mode })(at as Tensor)
    }
    expect(run(() => 3)).toThrow(/jacobian: the function's value is not a tensor/)
    expect(run(async () => x())).toThrow(/returned a Promise/)
    expect(run(() => scalar(true))).toThrow(DTypeError)
    expect(run(square, tensor([1], { dtype: 'int32' }))).toThrow(DTypeError)
    expect(run(square, 3)).toThrow(/jacobian: the argument is not a tensor/)
    expect(run(square, [])).toThrow(ArgumentError)
    expect(active).toBe(0)
    expect(grad((t: Tensor) => sum(square(t)))(x()).arraySync()).toEqual([2, 4])
  })
})
