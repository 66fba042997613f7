import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, DTypeError, ShapeError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { matmul } from '../ops/matmul.ts'
import { mul } from '../ops/mul.ts'
import { reshape } from '../ops/reshape.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { transpose } from '../ops/transpose.ts'
import { referenceBackend } from '../reference/index.ts'
import { ones, scalar, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { checkGradients } from './check-gradients.ts'
import { grad, valueAndGrad } from './grad.ts'
import { active } from './recording.ts'

beforeEach(() => setBackend(referenceBackend()))

const cube = (x: Tensor): Tensor => mul(x, mul(x, x))

test('computes a value and its gradient, and leaves nothing behind', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ])
  const before = memory()
  const { value, grads } = valueAndGrad((t: Tensor) => sum(mul(t, t)))(x)
  expect(value.arraySync()).toBe(30)
  expect(grads.arraySync()).toEqual([
    [2, 4],
    [6, 8],
  ])
  value.dispose()
  grads.dispose()
  expect(memory()).toEqual(before)
})

test('differentiates a gradient again', () => {
  const x = scalar(2)
  expect(grad(cube)(x).arraySync()).toBe(12)
  expect(grad(grad(cube))(x).arraySync()).toBe(12)
  expect(grad(grad(grad(cube)))(x).arraySync()).toBe(6)
})

test('keeps nested derivatives apart', () => {
  // d/dx (x · d/dy (x·y)) = d/dx x² = 2x
  const f = (x: Tensor): Tensor => mul(x, grad((y: Tensor) => mul(x, y))(scalar(1)))
  expect(grad(f)(scalar(3)).arraySync()).toBe(6)
})

test('gives several arguments a list, and structures their structure', () => {
  const [a, b] = grad((x: Tensor, y: Tensor) => sum(mul(x, y)))(tensor([1, 2]), tensor([3, 4]))
  expect([a.arraySync(), b.arraySync()]).toEqual([
    [3, 4],
    [1, 2],
  ])
  const g = grad((p: { w: Tensor; list: Tensor[] }) => sum(mul(p.w, p.list[0]!)))({
    w: scalar(5),
    list: [scalar(7)],
  })
  expect([g.w.arraySync(), g.list[0]!.arraySync()]).toEqual([7, 5])
})

test('differentiates with respect to variables that the function reads', () => {
  const w = variable([1, 2])
  const b = variable(0)
  const { grads } = valueAndGrad(() => sum(add(mul(w, w), b)))([w, b])
  expect(grads.map((g) => g.arraySync())).toEqual([[2, 4], 2])
})

test('sums gradients over broadcast axes', () => {
  const g = grad((x: Tensor) => sum(mul(x, ones([4, 3]))))(tensor([1, 2, 3]))
  expect(g.arraySync()).toEqual([4, 4, 4])
})

test('gives zeros where the value does not depend on the argument', () => {
  expect(grad((_x: Tensor) => scalar(1))(tensor([1, 2])).arraySync()).toEqual([0, 0])
})

test('sees the values of the forward pass after a variable was assigned', () => {
  const w = variable([1, 2])
  const { grads } = valueAndGrad(() => {
    const loss = sum(mul(w, w))
    w.assign([10, 20])
    return loss
  })([w])
  expect(grads[0]!.arraySync()).toEqual([2, 4])
  expect(w.arraySync()).toEqual([10, 20])
})

test('is not disturbed by early disposal', () => {
  const g = tidy(() =>
    grad((x: Tensor) => {
      const square = mul(x, x)
      const fourth = mul(square, square)
      square.dispose()
      const total = sum(fourth)
      fourth.dispose()
      return total
    })(tensor([2])),
  )
  expect(g.arraySync()).toEqual([32])
})

test('agrees with finite differences', async () => {
  const a = tensor(new Float64Array([0.3, -1.2, 0.7, 1.1, 0.05, -0.4]), { shape: [2, 3] })
  await checkGradients((x) => matmul(x!, transpose(x!)), [a], { order: 2 })
  await checkGradients((x) => reshape(transpose(mul(x!, x!)), [2, 3]), [a], { order: 2 })
})

test('refuses what it cannot differentiate', () => {
  const x = tensor([1, 2])
  expect(() => grad((t: Tensor) => mul(t, t))(x)).toThrow(ShapeError)
  expect(() => grad((t: Tensor) => sum(t))(tensor([1], { dtype: 'int32' }))).toThrow(DTypeError)
  expect(() => grad((async () => scalar(1)) as unknown as () => Tensor)(x)).toThrow(/returned a Promise/)
  expect(() => void grad(3 as unknown as () => Tensor)).toThrow(ArgumentError)
  x.dispose()
  expect(() => grad((t: Tensor) => sum(t))(x)).toThrow(DisposedError)
})

test('frees everything when the function throws', () => {
  const x = tensor([1, 2])
  const before = memory()
  expect(() => grad((t: Tensor) => sum(matmul(mul(t, t), ones([3, 3]))))(x)).toThrow(ShapeError)
  expect(memory()).toEqual(before)
  expect(grad((t: Tensor) => sum(t))(x).arraySync()).toEqual([1, 1])
})

describe('arguments', () => {
  test('may be variables in nested structures, and the types of the gradients follow', () => {
    const layer = { kernel: variable([1, 2]), bias: [variable(3)] as const }
    const { value, grads } = valueAndGrad(() => add(sum(square(layer.kernel)), layer.bias[0]))(layer)
    expect(value.arraySync()).toBe(8)
    expect(grads.kernel.arraySync()).toEqual([2, 4])
    expect(grads.bias[0].arraySync()).toBe(1)
    expectTypeOf(grads).toEqualTypeOf<{ kernel: Tensor; bias: [Tensor] }>()
  })

  test('named twice each get their own part', () => {
    const x = tensor([1, 2])
    const [a, b] = grad((p: Tensor, q: Tensor) => sum(mul(square(p), q)))(x, x)
    expect([a.arraySync(), b.arraySync()]).toEqual([
      [2, 8],
      [1, 4],
    ])
    const w = variable([1, 2])
    const [g, again] = grad(() => sum(square(w)))([w, w])
    expect([g.arraySync(), again.arraySync()]).toEqual([
      [2, 4],
      [2, 4],
    ])
    g.dispose()
    expect(again.arraySync()).toEqual([2, 4])
  })

  test('keep their dtype, whatever they are combined with', () => {
    const wide = tensor([2], { dtype: 'float64' })
    const [g, h] = grad((x: Tensor, y: Tensor) => sum(mul(x, y)))(tensor([3]), wide)
    expect([g.dtype, h.dtype]).toEqual(['float32', 'float64'])
    const counts = tensor([2], { dtype: 'int32' })
    expect(grad((x: Tensor) => sum(mul(x, counts)))(tensor([3])).arraySync()).toEqual([2])
  })

  test('that are not tensors are refused by their place', () => {
    const f = (): Tensor => scalar(1)
    const run = grad(f as (x: unknown) => Tensor as (x: Tensor) => Tensor)
    expect(() => run(3 as never)).toThrow(/grad: the argument is not a tensor/)
    expect(() => run({ a: [scalar(1), 'x'] } as never)).toThrow(/the argument\.a\[1\] is not a tensor/)
    expect(() => run(3 as never)).toThrow(/hint: make one with tensor\(…\)/)
    expect(() => run(new Map() as never)).toThrow(/hint: use other values from the function around it/)
    expect(() => run([] as never)).toThrow(/nothing to differentiate with respect to/)
    expect(() => (run as unknown as () => void)()).toThrow(ArgumentError)
    expect(() => grad((_x: Tensor, _y: Tensor) => scalar(1))(scalar(1), null as never)).toThrow(
      /argument 1 is not a tensor/,
    )
  })
})

describe('values', () => {
  test('with one element may have any shape', () => {
    const { value, grads } = valueAndGrad((x: Tensor) => reshape(square(x), [1, 1]))(tensor([3]))
    expect(value.arraySync()).toEqual([[9]])
    expect(grads.arraySync()).toEqual([6])
  })

  test('may be the argument itself, or a variable', () => {
    const x = scalar(3)
    const { value, grads } = valueAndGrad((t: Tensor) => t)(x)
    expect([value.arraySync(), grads.arraySync()]).toEqual([3, 1])
    value.dispose()
    expect(x.arraySync()).toBe(3)
    const w = variable(2)
    const result = valueAndGrad(() => w)([w])
    w.assign(5)
    expect([result.value.arraySync(), result.grads[0].arraySync()]).toEqual([2, 1])
  })

  test('that are no float tensor are refused', () => {
    const x = tensor([1, 2])
    const run = (f: (t: Tensor) => unknown): void => void valueAndGrad(f as (t: Tensor) => Tensor)(x)
    expect(() => run(() => 3)).toThrow(/valueAndGrad: the function did not return a tensor/)
    expect(() => run(() => undefined)).toThrow(ArgumentError)
    expect(() => run((t) => [t])).toThrow(ArgumentError)
    expect(() => run(() => scalar(true))).toThrow(DTypeError)
    expect(() => run((t) => square(t))).toThrow(
      /more than one number\.\n {2}value: float32\[2\]\n {2}expected: a tensor with one element\n {2}hint: reduce/,
    )
    expect(() => run(() => zeros([0]))).toThrow(ShapeError)
    expect(() =>
      run((t) => {
        const y = sum(t)
        y.dispose()
        return y
      }),
    ).toThrow(/the function's value was used after dispose/)
    expect(() => run((t) => tidyAway(() => sum(t)))).toThrow(/after its tidy scope ended/)
    expect(active).toBe(0)
  })
})

/** What a scope made and did not return. */
function tidyAway(make: () => Tensor): Tensor {
  const made: Tensor[] = []
  tidy(() => void made.push(make()))
  return made[0]!
}
