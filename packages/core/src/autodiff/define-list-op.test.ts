import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DisposedError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { scalar, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkGradients } from './check-gradients.ts'
import { defineListOp, defineMultiOp } from './define-list-op.ts'
import { grad } from './grad.ts'
import { GradientTape } from './gradient-tape.ts'

beforeEach(() => setBackend(testBackend()))

const heard: boolean[][] = []

/** Σ weights[i]·xs[i]. */
const weighted = defineListOp<readonly number[]>({
  name: 'weighted',
  forward: (xs, weights) => tidy(() => xs.map((x, i) => mul(x, weights[i]!)).reduce((a, b) => add(a, b))),
  vjpAll: (g, inputs, needs, weights) => {
    heard.push([...needs])
    return inputs.map((_, i) => (needs[i] ? mul(g, weights[i]!) : null))
  },
})

const gradientsSeen: (readonly (Tensor | null)[])[] = []

/** Its argument times each of the factors. */
const multiples = defineMultiOp<readonly number[]>({
  name: 'multiples',
  forward: ([x], factors) => factors.map((factor) => mul(x!, factor)),
  vjpAll: (gradients, _inputs, _needs, factors) => {
    gradientsSeen.push(gradients)
    const parts = gradients.flatMap((g, i) => (g === null ? [] : [mul(g, factors[i]!)]))
    return [parts.reduce((a, b) => add(a, b))]
  },
})

describe('an op of a list', () => {
  test('has gradients of both orders, with respect to any of its inputs', async () => {
    const xs = [0.5, -1, 2].map((value) => tensor([value, value + 1], { dtype: 'float64' }))
    await checkGradients((...ts) => square(weighted(ts.map(square), [1, 2, 3])), xs, { order: 2 })
    heard.length = 0
    const g = grad((x: Tensor) => sum(weighted([xs[0]!, x, xs[2]!], [1, 2, 3])))(xs[1]!)
    expect(g.arraySync()).toEqual([2, 2])
    expect(heard).toEqual([[false, true, false]])
  })

  test('takes one tensor several times, and one alone', () => {
    const x = tensor([1, 2])
    expect(grad((t: Tensor) => sum(weighted([t, t, x], [1, 10, 100])))(x).arraySync()).toEqual([11, 11])
    expect(grad((t: Tensor) => sum(weighted([t], [5])))(x).arraySync()).toEqual([5, 5])
  })

  test('does not see a list that is changed afterwards', () => {
    const g = grad((x: Tensor) => {
      const list = [x, square(x)]
      const y = weighted(list, [1, 1])
      list.length = 0
      return sum(y)
    })(tensor([3]))
    expect(g.arraySync()).toEqual([7])
  })

  test('records nothing where nothing is watched', () => {
    expect(weighted([scalar(1), scalar(2)], [1, 1]).node).toBeNull()
  })

  test('refuses what is no list of usable tensors', () => {
    expect(() => weighted(scalar(1) as never, [])).toThrow(
      /weighted: the first argument is not an array of tensors/,
    )
    expect(() => weighted([scalar(1), 2 as never], [1, 1])).toThrow(/weighted: inputs\[1\] is not a tensor/)
    expect(() => weighted(undefined as never, [])).toThrow(ArgumentError)
    const gone = scalar(1)
    gone.dispose()
    expect(() => weighted([scalar(1), gone], [1, 1])).toThrow(DisposedError)
    expect(() => multiples([gone], [1])).toThrow(/multiples: inputs\[0\] was used after dispose/)
  })
})

describe('an op with several outputs', () => {
  test('has gradients of both orders through all of them', async () => {
    const x = tensor([0.5, -1.5], { dtype: 'float64' })
    await checkGradients(
      (t) => {
        const [a, b, c] = multiples([square(t!)], [2, 3, 5]) as [Tensor, Tensor, Tensor]
        return mul(mul(a, b), c)
      },
      [x],
      { order: 2 },
    )
  })

  test('hears null for outputs that were not used', () => {
    gradientsSeen.length = 0
    const g = grad((t: Tensor) => sum(square(multiples([t], [2, 3, 5])[1]!)))(tensor([1, 2]))
    expect(g.arraySync()).toEqual([18, 36])
    expect(gradientsSeen[0]!.map((part) => part !== null)).toEqual([false, true, false])
  })

  test('that is not used at all gives zeros', () => {
    gradientsSeen.length = 0
    const g = grad((t: Tensor) => {
      multiples([t], [2, 3])
      return sum(square(t))
    })(tensor([1, 2]))
    expect(g.arraySync()).toEqual([2, 4])
    expect(gradientsSeen).toEqual([])
  })

  test('adds up an output that is used twice, and outlives disposed outputs', () => {
    const before = memory()
    const x = tensor([1, 2])
    const g = grad((t: Tensor) => {
      const outputs = multiples([t], [2, 3])
      const total = sum(add(mul(outputs[0]!, outputs[0]!), outputs[1]!))
      for (const output of outputs) output.dispose()
      return total
    })(x)
    expect(g.arraySync()).toEqual([11, 19])
    g.dispose()
    x.dispose()
    expect(memory()).toEqual(before)
  })

  test('may have no outputs', () => {
    expect(
      grad((t: Tensor) => (multiples([t], []).length === 0 ? sum(t) : t))(tensor([1])).arraySync(),
    ).toEqual([1])
  })

  test('gives the same gradient twice on a persistent tape', () => {
    const x = tensor([1, 2])
    using tape = new GradientTape({ persistent: true })
    tape.watch(x)
    const [a, b] = multiples([x], [2, 3]) as [Tensor, Tensor]
    for (let i = 0; i < 2; i++) {
      expect(tape.gradient(mul(a, b), x).arraySync()).toEqual([12, 24])
      expect(tape.gradient(a, x).arraySync()).toEqual([2, 2])
    }
  })
})
