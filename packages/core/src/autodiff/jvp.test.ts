import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import { opCalls } from '../dispatch/op-calls.ts'
import {
  ArgumentError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  OutOfMemoryError,
  ShapeError,
} from '../errors/index.ts'
import { random } from '../index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { cast } from '../ops/cast.ts'
import { exp } from '../ops/exp.ts'
import { matmul } from '../ops/matmul.ts'
import { mul } from '../ops/mul.ts'
import { sin } from '../ops/sin.ts'
import { softmax } from '../ops/softmax.ts'
import { square } from '../ops/square.ts'
import { sub } from '../ops/sub.ts'
import { sum } from '../ops/sum.ts'
import { transpose } from '../ops/transpose.ts'
import { referenceBackend } from '../reference/index.ts'
import { ones, scalar, tensor, zeros } from '../tensor/create.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { checkGradients } from './check-gradients.ts'
import { customGradient } from './custom-gradient.ts'
import { grad } from './grad.ts'
import { jvp } from './jvp.ts'
import { active } from './recording.ts'
import { stopGradient } from './stop-gradient.ts'
import { vjp } from './vjp.ts'

let backend: TestBackend

beforeEach(() => {
  backend = testBackend()
  setBackend(backend)
})

const doubles = (...values: number[]): Tensor => tensor(values, { dtype: 'float64' })
const valuesOf = (...tensors: readonly Tensor[]): unknown[] => tensors.map((x) => x.arraySync())

describe('jvp', () => {
  test('gives the value and its tangent, and leaves nothing behind', () => {
    const x = tensor([1, 2, 3])
    const v = tensor([1, 0, 10])
    const before = memory()
    const [value, tangent] = jvp((t: Tensor) => square(t), x, v)
    expect(valuesOf(value, tangent)).toEqual([
      [1, 4, 9],
      [2, 0, 60],
    ])
    value.dispose()
    tangent.dispose()
    expect(memory()).toEqual(before)
    expect([active, x.node, v.node]).toEqual([0, null, null])
  })

  test('agrees with finite differences, however many arguments and values there are', () => {
    const a = random.normal([3, 2], { dtype: 'float64', seed: 1 })
    const b = random.normal([2, 4], { dtype: 'float64', seed: 2 })
    const [u, v] = [random.normal([3, 2], { dtype: 'float64', seed: 3 }), ones([2, 4], { dtype: 'float64' })]
    const f = (p: Tensor, q: Tensor): Tensor => softmax(matmul(sin(p), exp(q)))
    const [value, tangent] = jvp(f, [a, b], [u, v])
    expect(value.arraySync()).toEqual(f(a, b).arraySync())
    const at = (step: number): Tensor => f(add(a, mul(u, step)), add(b, mul(v, step)))
    const difference = mul(sub(at(1e-6), at(-1e-6)), 0.5e6)
    tangent.dataSync().forEach((t, i) => expect(t).toBeCloseTo(difference.dataSync()[i]!, 8))
  })

  test('takes and gives structures, and their types follow', () => {
    const f = (p: { w: Tensor; list: readonly [Tensor, Tensor] }) => ({
      y: mul(p.w, p.list[0]),
      rest: [square(p.list[1])] as const,
    })
    const primal = { w: scalar(5), list: [scalar(7), scalar(3)] as const }
    const [value, tangent] = jvp(f, primal, { w: scalar(1), list: [scalar(10), scalar(100)] })
    expect(valuesOf(value.y, value.rest[0])).toEqual([35, 9])
    expect(valuesOf(tangent.y, tangent.rest[0])).toEqual([7 + 50, 600])
    expectTypeOf(tangent).toEqualTypeOf<{ y: Tensor; rest: [Tensor] }>()
  })

  test('differentiates with respect to variables that the function reads', () => {
    const w = variable([1, 2])
    const b = variable(3)
    const loss = (): Tensor => mul(sum(square(w)), b)
    const [value, tangent] = jvp(loss, { w, b }, { w: tensor([1, 0]), b: scalar(10) })
    expect(valuesOf(value, tangent)).toEqual([15, 2 * 3 + 5 * 10])
    expect(jvp(loss, [w, b], [zeros([2]), scalar(1)])[1].arraySync()).toBe(5)
  })

  test('gives zeros for a value that does not depend on the arguments, or only through stopGradient', () => {
    const x = tensor([1, 2])
    const [, [a, b, c]] = jvp((t: Tensor) => [ones([3]), stopGradient(t), t] as const, x, x)
    expect(valuesOf(a, b, c)).toEqual([
      [0, 0, 0],
      [0, 0],
      [1, 2],
    ])
  })

  test('gives handles of their own, where values are arguments or named twice', () => {
    const before = memory()
    const x = tensor([1, 2])
    const v = tensor([3, 4])
    const [[a, b], [c, d]] = jvp((t: Tensor) => [t, t] as const, x, v)
    x.dispose()
    v.dispose()
    a.dispose()
    c.dispose()
    expect(valuesOf(b, d)).toEqual([
      [1, 2],
      [3, 4],
    ])
    b.dispose()
    d.dispose()
    expect(memory()).toEqual(before)
  })

  test('follows the gradient that customGradient says', () => {
    const doubled = customGradient((x: Tensor) => ({ value: square(x), gradient: (g) => mul(g, mul(x, 20)) }))
    expect(jvp((x: Tensor) => doubled(x), scalar(3), scalar(1))[1].arraySync()).toBe(60)
    expect(grad((x: Tensor) => jvp(doubled, [x], [scalar(1)])[1])(scalar(3)).arraySync()).toBe(20)
  })
})

describe('composed', () => {
  // f = x³: f′v = 3x²v, its derivative in x is 6xv, that in v is 3x².
  const cube = (x: Tensor): Tensor => mul(x, square(x))
  const [x, v] = [(): Tensor => doubles(1, 2), (): Tensor => doubles(3, 5)]

  test('inside grad, with respect to the argument and to the tangent', () => {
    const [gx, gv] = grad((a: Tensor, b: Tensor) => sum(jvp(cube, a, b)[1]))(x(), v())
    expect(valuesOf(gx, gv)).toEqual([
      [18, 60],
      [3, 12],
    ])
  })

  test('around grad', () => {
    const [g, h] = jvp(
      grad((t: Tensor) => sum(cube(t))),
      x(),
      v(),
    )
    expect(valuesOf(g, h)).toEqual([
      [3, 12],
      [18, 60],
    ])
  })

  test('with itself, to any order', () => {
    const along = (f: (t: Tensor) => Tensor) => (t: Tensor) => jvp(f, t, doubles(1, 1))[1]
    expect(along(along(cube))(x()).arraySync()).toEqual([6, 12])
    expect(along(along(along(cube)))(x()).arraySync()).toEqual([6, 6])
    expect(along(along(along(along(cube))))(x()).arraySync()).toEqual([0, 0])
  })

  test('does not confuse what is inside with what is around', () => {
    // d/dx (x · d/dy (x + y)) = 1
    const f = (a: Tensor): Tensor => mul(a, jvp((b: Tensor) => add(a, b), scalar(1), scalar(1))[1])
    expect(jvp(f, scalar(5), scalar(1))[1].arraySync()).toBe(1)
    expect(grad(f)(scalar(5)).arraySync()).toBe(1)
  })

  test('agrees with finite differences', async () => {
    const direction = random.normal([2, 3], { dtype: 'float64', seed: 7 })
    const f = (a: Tensor): Tensor => softmax(matmul(a, transpose(sin(a))))
    const start = random.normal([2, 3], { dtype: 'float64', seed: 8 })
    await checkGradients((a) => jvp(f, a!, direction)[1], [start], { order: 2 })
  })
})

describe('of every op', () => {
  // ⟨w, J v⟩ = ⟨Jᵀ w, v⟩, in float64.
  test.each(opCalls)('$name: the tangent is the transpose of the gradient', ({ inputs, run }) => {
    tidy(() => {
      const given = inputs().map((x) => (isFloat(x.dtype) ? cast(x, 'float64') : x))
      const floats = given.filter((x) => isFloat(x.dtype))
      if (floats.length === 0) return
      const f = (...xs: readonly Tensor[]): Tensor[] => {
        let next = 0
        return [run(...given.map((x) => (isFloat(x.dtype) ? xs[next++]! : x)))].flat()
      }
      if (f(...floats).some((y) => !isFloat(y.dtype))) return
      const tangents = floats.map((x, i) => random.normal(x.shape, { dtype: 'float64', seed: i }))
      const [values, derivatives] = jvp(f, floats, tangents)
      const weights = values.map((y, i) => random.normal(y.shape, { dtype: 'float64', seed: 100 + i }))
      const total = (terms: readonly Tensor[]): number =>
        terms.reduce((so, term) => so + (sum(term).arraySync() as number), 0)
      const weighted = (...xs: readonly Tensor[]): Tensor =>
        f(...xs)
          .map((y, i) => sum(mul(y, weights[i]!)))
          .reduce((a, b) => add(a, b))
      const gradients = [grad(weighted)(...floats)].flat()
      const expected = total(gradients.map((g, i) => mul(g, tangents[i]!)))
      const actual = total(derivatives.map((d, i) => mul(d, weights[i]!)))
      // Some functions are not defined between 0 and 1, where the numbers of all calls lie.
      if (Number.isNaN(expected)) expect(actual).toBeNaN()
      else expect(actual).toBeCloseTo(expected, 10)
    })
  })
})

describe('refuses', () => {
  const x = (): Tensor => tensor([1, 2])
  const run = (primals: unknown, tangents: unknown, f: unknown = (t: Tensor) => square(t)) => {
    return () => void jvp(f as (t: Tensor) => Tensor, primals as Tensor, tangents as Tensor)
  }

  test('tangents that do not fit', () => {
    expect(run(x(), ones([3]))).toThrow(ShapeError)
    expect(run(x(), ones([3]))).toThrow(
      /^jvp: tangents and what is differentiated have different shapes\.\n {2}argument: float32\[2\]\n {2}tangents: float32\[3\]/,
    )
    expect(run(x(), doubles(1, 2))).toThrow(DTypeError)
    expect(run(x(), doubles(1, 2))).toThrow(/hint: cast\(tangents, 'float32'\)/)
    expect(run(x(), tensor([1, 2], { dtype: 'int32' }))).toThrow(/jvp: tangents is not a float/)
    expect(run(x(), ones([2], { backend: referenceBackend() as never }))).toThrow(BackendMismatchError)
  })

  test('tangents in other places', () => {
    expect(run(x(), 3)).toThrow(/jvp: tangents is not a tensor/)
    expect(run(x(), [x()])).toThrow(ArgumentError)
    expect(run([x()], x())).toThrow(
      /jvp: tangents has other places than what is differentiated\.[\s\S]*expected: a list of 1/,
    )
    expect(run([x()], [x(), x()])).toThrow(ArgumentError)
    expect(run({ a: x(), b: [x()] }, { a: x(), b: [3] })).toThrow(/tangents\.b\[0\] is not a tensor/)
    expect(run({ a: x() }, { b: x() })).toThrow(/expected: an object of a/)
    expect(run({ a: x() }, [x()])).toThrow(ArgumentError)
    expect(run({ a: x() }, null)).toThrow(ArgumentError)
  })

  test('arguments and values that cannot be differentiated', () => {
    expect(run(3, 3)).toThrow(/jvp: the argument is not a tensor/)
    expect(run([], [])).toThrow(/nothing to differentiate/)
    expect(run(tensor([1], { dtype: 'int32' }), ones([1]))).toThrow(/an argument is not a float/)
    expect(run(x(), x(), 3)).toThrow(/jvp: the argument is not a function\.[\s\S]*jvp\(\(x\) => …, x, v\)/)
    expect(run(x(), x(), () => 3)).toThrow(/jvp: the function's value is not a tensor/)
    expect(run(x(), x(), () => ({ y: [x(), null] }))).toThrow(/the function's value\.y\[1\] is not a tensor/)
    expect(run(x(), x(), async () => x())).toThrow(/jvp: the function returned a Promise/)
    expect(run(x(), x(), () => scalar(true))).toThrow(DTypeError)
    const gone = x()
    gone.dispose()
    expect(run(gone, x())).toThrow(DisposedError)
    expect(run(x(), gone)).toThrow(/jvp: tangents was used after dispose/)
    expect(active).toBe(0)
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
    const [a, v] = [x(), x()]
    const before = memory()
    let failures = 0
    for (let allowed = 0; ; allowed++) {
      left = allowed
      try {
        for (const t of jvp((t: Tensor) => softmax(mul(t, square(t))), a, v)) t.dispose()
        break
      } catch (error) {
        expect(error).toBeInstanceOf(OutOfMemoryError)
        failures++
      } finally {
        left = Infinity
      }
      expect(memory()).toEqual(before)
      expect([active, a.node]).toEqual([0, null])
    }
    expect(failures).toBeGreaterThan(5)
    expect(memory()).toEqual(before)
    // A pullback can still be made: no recording was left open.
    vjp((t: Tensor) => square(t), a).dispose()
  })
})
