import { describe, expect, test } from 'vitest'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { keepingPromises } from '../backend/test-backend.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { argMax } from '../ops/arg-max.ts'
import { broadcastTo } from '../ops/broadcast-to.ts'
import { cast } from '../ops/cast.ts'
import { concat } from '../ops/concat.ts'
import { gather } from '../ops/gather.ts'
import { matmul } from '../ops/matmul.ts'
import { mul } from '../ops/mul.ts'
import { neg } from '../ops/neg.ts'
import { reshape } from '../ops/reshape.ts'
import { scatterAdd } from '../ops/scatter-add.ts'
import { slice } from '../ops/slice.ts'
import { sum } from '../ops/sum.ts'
import { takeAlongAxis } from '../ops/take-along-axis.ts'
import { transpose } from '../ops/transpose.ts'
import { where } from '../ops/where.ts'
import { referenceBackend } from '../reference/index.ts'
import { tensor } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'

type Run = (x: Tensor, y: Tensor, positions: Tensor) => Tensor

/** Numbers that repeat: what fails once can be looked at again. */
function randomSource(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** A view of up to seven dimensions: transposed, flipped, stepped, broadcast, or none of it. */
function randomView(next: (below: number) => number, shape: Shape): Tensor {
  return tidy(() => {
    const order = shape.map((_, i) => i)
    for (let i = order.length - 1; i > 0; i--) {
      const j = next(i + 1)
      ;[order[i], order[j]] = [order[j]!, order[i]!]
    }
    const steps = shape.map(() => [1, 1, 1, 2, -1][next(5)]!)
    const repeated = shape.map(() => next(6) === 0)
    const sides = shape.map((side, i) => (repeated[i] ? 1 : side * Math.abs(steps[i]!)))
    const count = sides.reduce((a, b) => a * b, 1)
    const values = Array.from({ length: count }, () => next(19) - 9)
    // Laid out in another order of axes than it is used in.
    const flat = tensor(values, { shape: order.map((axis) => sides[axis]!) })
    const inOrder = transpose(
      flat,
      order.map((_, axis) => order.indexOf(axis)),
    )
    const stepped = slice(
      inOrder,
      steps.map((step, i) => (repeated[i] ? null : [null, null, step])),
    )
    return broadcastTo(stepped, shape)
  })
}

describe.each([
  ['a backend that takes any view', {}],
  ['a backend of contiguous views', { strided: false }],
  ['a backend of few dimensions', { maxRank: 4 }],
  ['a backend of few dimensions and contiguous views', { strided: false, maxRank: 4 }],
])('on %s', (_, options) => {
  const backend = keepingPromises(referenceBackend(options)) as Backend
  // What a view means is plain when it is read whole and worked on in order.
  const plain = referenceBackend() as Backend

  test.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'views of every kind give what copies give (%d)',
    (seed) => {
      const next = randomSource(seed * 7919 + 1)
      const shape = Array.from({ length: next(8) }, () => 1 + next(3))
      setBackend(backend)
      const x = randomView(next, shape)
      const y = randomView(next, shape.slice(next(shape.length + 1)))
      const axis = next(Math.max(1, shape.length))
      const axes = shape.flatMap((_, i) => (next(2) === 0 ? [i] : []))
      const index = shape.length === 0 ? 0 : shape[axis]!
      const positions = tensor(
        Array.from({ length: 4 }, () => next(Math.max(1, index))),
        { dtype: 'int32' },
      )
      const alongAxis: readonly Run[] = [
        (a) => argMax(a, { axis }),
        (a) => concat([a, a], { axis }),
        (a, _, i) => gather(a, i, { axis }),
        (a) => takeAlongAxis(a, cast(mul(a, 0), 'int32'), { axis }),
        (a, _, i) => scatterAdd(a, i, gather(a, i, { axis }), { axis }),
      ]
      const runs: readonly Run[] = [
        (a) => neg(a),
        (a, b) => add(a, b),
        (a, b) => mul(b, a),
        (a, b) => where(a, b, 7),
        (a) => sum(a, { axis: axes }),
        (a) => cast(a, 'int32'),
        (a) => reshape(a, [-1]),
        (a, b) => matmul(reshape(a, [a.size, 1]), broadcastTo(reshape(b, [1, b.size]), [1, b.size])),
        ...(shape.length === 0 ? [] : alongAxis),
        ...(shape.length === 2 ? [(a: Tensor) => matmul(transpose(a), a)] : []),
      ]
      runs.forEach((run, which) => {
        const inputs = [x, y, positions] as const
        const actual = tidy(() => run(...inputs))
        const expected = tidy(() => {
          const copies = inputs.map((t) =>
            tensor([...t.dataSync()], { shape: t.shape, dtype: t.dtype, backend: plain }),
          )
          return run(...(copies as unknown as typeof inputs))
        })
        expect(actual.shape, `op ${which} of [${shape}]`).toEqual(expected.shape)
        expect([...actual.dataSync()], `op ${which} of [${shape}]`).toEqual([...expected.dataSync()])
        actual.dispose()
        expected.dispose()
      })
      for (const t of [x, y, positions]) t.dispose()
    },
  )
})
