import { beforeEach, expect, test } from 'vitest'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { TapegradError } from '../errors/index.ts'
import * as core from '../index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { referenceBackend } from '../reference/index.ts'
import { Tensor } from './tensor.ts'

/*
 * Whatever is passed for shapes, axes, ranges and options: the answer is a tensor whose view lies in its storage, or
 * a typed error. Nothing else is thrown, nothing is left behind, and nothing large is allocated.
 */

const largest = 10_000

beforeEach(() => setBackend(referenceBackend({ maxLength: largest }) as Backend))

/** Numbers that repeat: what fails once can be looked at again. */
function randomSource(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const strange: readonly unknown[] = [
  -1,
  0,
  1,
  2,
  3,
  -0,
  -2,
  5,
  0.5,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  1e308,
  5e-324,
  null,
  undefined,
  true,
  '1',
  '__proto__',
  3n,
  Symbol('shape'),
  {},
  [],
  [[]],
  () => 1,
  new Map(),
  new Float32Array(2),
]

type Next = (below: number) => number

function anything(next: Next, depth = 0): unknown {
  const kind = next(8)
  if (kind < 3 || depth > 2) return strange[next(strange.length)]
  if (kind < 6) return Array.from({ length: next(5) }, () => anything(next, depth + 1))
  if (kind < 7) return next(4)
  const names = [
    'axis',
    'dtype',
    'backend',
    'shape',
    'keepDims',
    'value',
    'generator',
    'columns',
    'min',
    'max',
  ]
  return Object.fromEntries(
    Array.from({ length: next(3) }, () => [names[next(names.length)]!, anything(next, depth + 1)]),
  )
}

/** Mostly whole numbers that could be meant, sometimes anything. */
function sizes(next: Next): unknown {
  if (next(4) === 0) return anything(next)
  return Array.from({ length: next(5) }, () => (next(6) === 0 ? strange[next(strange.length)] : next(6) - 1))
}

type AnyFunction = (...args: unknown[]) => unknown
const op = (name: string): AnyFunction => (core as unknown as Record<string, AnyFunction>)[name]!
const draw = (name: string): AnyFunction => (core.random as unknown as Record<string, AnyFunction>)[name]!

const creators: readonly (readonly [string, AnyFunction])[] = [
  ...['zeros', 'ones', 'full', 'eye', 'arange', 'linspace', 'tensor', 'scalar', 'variable'].map(
    (name) => [name, op(name)] as const,
  ),
  ...['uniform', 'normal', 'truncatedNormal', 'bernoulli', 'permutation'].map(
    (name) => [`random.${name}`, draw(name)] as const,
  ),
]

const movers =
  `reshape broadcastTo transpose slice pad tile expandDims squeeze flip moveAxis swapAxes split unstack
  flatten gather takeAlongAxis oneHot sum mean max prod variance argMax logSumExp softmax clip cast glu where
  l2Normalize`
    .split(/\s+/)
    .map((name) => [name, op(name)] as const)

// Not `expect` for each call: it would take most of the time.
function checkResult(result: unknown): void {
  for (const x of [result].flat()) {
    if (!(x instanceof Tensor)) throw new Error('the result is not a tensor')
    const { shape, strides, offset, size, storage } = x
    if (!shape.every((side) => Number.isSafeInteger(side) && side >= 0)) throw new Error('the shape is wrong')
    if (storage.length > largest) throw new Error('the storage is too large')
    if (size === 0) continue
    const reach = shape.map((side, i) => (side - 1) * strides[i]!)
    const least = reach.reduce((sum, r) => sum + Math.min(0, r), offset)
    const most = reach.reduce((sum, r) => sum + Math.max(0, r), offset)
    if (least < 0 || most >= storage.length) throw new Error('the view reaches beyond its storage')
  }
}

function call(name: string, f: AnyFunction, args: readonly unknown[], seed: number): boolean {
  const before = memory()
  let succeeded = false
  tidy(() => {
    try {
      const result = f(...args)
      checkResult(result)
      succeeded = true
      for (const x of [result].flat()) if (x instanceof core.Variable) x.dispose()
    } catch (error) {
      if (error instanceof TapegradError) return
      throw new Error(`${name} of seed ${seed} went wrong`, { cause: error })
    }
  })
  const after = memory()
  if (after.tensors !== before.tensors || after.bytes !== before.bytes)
    throw new Error(`${name} of seed ${seed} left something behind`)
  return succeeded
}

test('creation functions take 25,000 calls with anything at all', () => {
  let succeeded = 0
  for (let seed = 0; seed < 25_000; seed++) {
    const next = randomSource(seed * 2_654_435 + 1)
    const [name, f] = creators[next(creators.length)]!
    const args = [sizes(next), ...Array.from({ length: next(4) }, () => anything(next))]
    if (call(name, f, next(3) === 0 ? args : [args[0]], seed)) succeeded++
  }
  expect(succeeded).toBeGreaterThan(2_000)
})

test('ops take 50,000 calls with any shapes, axes and ranges', () => {
  const x = core.transpose(
    core.tensor(
      Array.from({ length: 24 }, (_, i) => i),
      { shape: [2, 3, 4] },
    ),
  )
  const inputs = [
    x,
    core.ones([2, 0]),
    core.scalar(3),
    core.arange(4, { dtype: 'int32' }),
    core.ones([1, 3, 1]),
  ]
  let succeeded = 0
  for (let seed = 0; seed < 50_000; seed++) {
    const next = randomSource(seed * 2_654_435 + 7)
    const [name, f] = movers[next(movers.length)]!
    const args = Array.from({ length: next(4) }, () => {
      const kind = next(5)
      if (kind === 0) return inputs[next(inputs.length)]
      return kind === 1
        ? anything(next)
        : kind === 2
          ? next(4) - 1
          : kind === 3
            ? { axis: sizes(next) }
            : sizes(next)
    })
    if (call(name, f, [inputs[next(inputs.length)], ...args], seed)) succeeded++
  }
  expect(succeeded).toBeGreaterThan(5_000)
  expect(x.arraySync()).toHaveLength(4)
})
