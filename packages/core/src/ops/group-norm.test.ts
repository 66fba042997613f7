import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import { groupNorm } from './group-norm.ts'
import { expectBalanced, indicesOf, testBackends } from './movement-test-cases.ts'
import { checkAgainst, checkBothOrders, expectClose, layouts } from './neural-test-cases.ts'
import { wave } from './norm-test-cases.ts'
import { square } from './square.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** What lies in the same sample and the same group is normalized together. */
function normalized(
  values: readonly number[],
  shape: readonly number[],
  axis: number,
  groups: number,
): number[] {
  const size = shape[axis]! / groups
  const parts = new Map<string, number[]>()
  indicesOf(shape).forEach((index, position) => {
    const key = `${index[0]}, ${Math.floor(index[axis]! / size)}`
    parts.set(key, [...(parts.get(key) ?? []), position])
  })
  const out = [...values]
  for (const positions of parts.values()) {
    const mean = positions.reduce((sum, p) => sum + values[p]!, 0) / positions.length
    const variance = positions.reduce((sum, p) => sum + (values[p]! - mean) ** 2, 0) / positions.length
    for (const p of positions) out[p] = (values[p]! - mean) / Math.sqrt(variance + 1e-3)
  }
  return out
}

const places = [
  { shape: [2, 4], axis: -1, groups: 2 },
  { shape: [2, 6], axis: 1, groups: 1 },
  { shape: [2, 3, 4], axis: -1, groups: 2 },
  { shape: [2, 4, 3], axis: 1, groups: 4 },
  { shape: [2, 2, 4, 3], axis: 2, groups: 2 },
  { shape: [0, 2, 4], axis: 2, groups: 2 },
  { shape: [2, 0, 4], axis: 2, groups: 2 },
  { shape: [1, 2, 1, 4, 1, 2], axis: 3, groups: 2 },
]

test.each(places)(
  'agrees with plain loops: $shape, $groups groups along $axis',
  ({ shape, axis, groups }) => {
    const along = (axis + shape.length) % shape.length
    checkAgainst(
      shape,
      (x) => groupNorm(x, { groups, axis }),
      (values) => normalized(values, shape, along, groups),
    )
  },
)

test('scales and shifts each channel', () => {
  const shape = [2, 4, 3]
  const [scale, shift] = [wave(4, 1), wave(4, 2)]
  for (const backend of testBackends) {
    const options = { dtype: 'float64', backend } as const
    const [gamma, beta] = [tensor(scale, options), tensor(shift, options)]
    for (const x of layouts(backend, 'float64', shape)) {
      const plain = normalized([...x.dataSync()], shape, 1, 2)
      const expected = indicesOf(shape).map(([, c], i) => plain[i]! * scale[c!]! + shift[c!]!)
      const out = groupNorm(x, { groups: 2, axis: 1, gamma, beta })
      expectClose(out.dataSync(), expected, { dtype: 'float64' })
      expectBalanced(() => groupNorm(x, { groups: 2, axis: 1, gamma, beta }))
    }
  }
})

test.each(['float32', 'float64'] as const)('is right at special values in %s', (dtype) => {
  for (const backend of testBackends) {
    const x = tensor([[Number.NaN, 1, 5, 5, 1e6, 1e6 + 2]], { dtype, backend })
    const unit = 1 / Math.sqrt(1 + 1e-3)
    const expected = [Number.NaN, Number.NaN, 0, 0, -unit, unit]
    expectClose(groupNorm(x, { groups: 3 }).dataSync(), expected, { dtype })
  }
})

test('has gradients of both orders for x, gamma and beta', async () => {
  const inputs = [
    { shape: [2, 4, 2], values: wave(16) },
    { shape: [4], values: wave(4, 1) },
    { shape: [4], values: wave(4, 2) },
  ]
  await checkBothOrders(
    (x, gamma, beta) =>
      square(groupNorm(x!, { groups: 2, axis: 1, gamma: gamma!, beta: beta!, epsilon: 0.05 })),
    inputs,
  )
  const last = [{ shape: [2, 2, 4], values: wave(16) }]
  await checkBothOrders((x) => square(groupNorm(x!, { groups: 2, epsilon: 0.05 })), last)
})

test('refuses wrong arguments', () => {
  const x = ones([2, 3, 4])
  const wrong = (options: unknown) => () => groupNorm(x, options as never)
  expect(() => groupNorm([1] as never, { groups: 1 })).toThrow(ArgumentError)
  expect(wrong({})).toThrow(/groupNorm: groups is not a whole number of at least 1/)
  expect(wrong({ groups: 1.5 })).toThrow(ArgumentError)
  expect(wrong({ groups: 3 })).toThrow(/the groups do not divide the channels[\s\S]*a divisor of 4/)
  expect(wrong({ groups: 1, axis: 0 })).toThrow(/the first axis holds the samples/)
  expect(wrong({ groups: 1, axis: 3 })).toThrow(ShapeError)
  expect(wrong({ groups: 2, gamma: ones([2]) })).toThrow(/gamma of shape \[4\]/)
  expect(wrong({ groups: 2, beta: zeros([3]) })).toThrow(ShapeError)
  expect(wrong({ groups: 2, epsilon: '1' })).toThrow(/epsilon is not/)
  expect(wrong({ group: 2 })).toThrow(/did you mean groups\?/)
  x.dispose()
  expect(wrong({ groups: 2 })).toThrow(DisposedError)
})
