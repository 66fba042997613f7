import { beforeEach, describe, expect, test, vi } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { opCalls } from '../dispatch/op-calls.ts'
import { memory } from '../memory/memory.ts'
import { square } from '../ops/square.ts'
import { scalar, tensor } from '../tensor/create.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkpoint } from './checkpoint.ts'
import { customGradient } from './custom-gradient.ts'
import { grad } from './grad.ts'
import { GradientTape } from './gradient-tape.ts'
import { Recording } from './recording.ts'

/** How many nodes were made. */
const made = vi.hoisted(() => ({ nodes: 0 }))

vi.mock(import('./node.ts'), async (original) => {
  const real = await original()
  class CountedNode extends real.Node {
    constructor(...args: ConstructorParameters<typeof real.Node>) {
      super(...args)
      made.nodes++
    }
  }
  return { ...real, Node: CountedNode }
})

beforeEach(() => {
  setBackend(testBackend())
  made.nodes = 0
})

test('nodes are counted', () => {
  grad((x: Tensor) => square(square(x)))(scalar(2)).dispose()
  // The leaf, and one for each call.
  expect(made.nodes).toBe(3)
})

const situations: readonly [string, (xs: readonly Tensor[]) => () => void][] = [
  ['nothing records', () => () => undefined],
  [
    'a recording watches something else',
    () => {
      const recording = new Recording()
      recording.watch(tensor([1]))
      return () => recording.close()
    },
  ],
  [
    'a recording of the inputs has ended, and another one is paused',
    (xs) => {
      const floats = xs.filter(({ dtype }) => isFloat(dtype))
      const tape = new GradientTape()
      tape.watch(floats)
      tape.dispose()
      const paused = new Recording()
      for (const x of floats) paused.watch(x)
      paused.pause()
      return () => paused.close()
    },
  ],
]

describe.each(situations)('where %s', (_, begin) => {
  test.each(opCalls)('$name records nothing and saves nothing', ({ inputs, run }) => {
    const xs = inputs()
    const end = begin(xs)
    made.nodes = 0
    const before = memory()
    const references = xs.map(({ refs, storage }) => [refs, storage.refs])
    const outputs = [run(...xs)].flat()
    for (const y of outputs) {
      expect(y.node).toBeNull()
      expect(y.refs).toBe(1)
      y.dispose()
    }
    expect(made.nodes).toBe(0)
    expect(xs.map(({ refs, storage }) => [refs, storage.refs])).toEqual(references)
    expect(memory()).toEqual(before)
    end()
  })

  test('neither do functions with gradients of their own, and checkpointed ones', () => {
    let rules = 0
    const custom = customGradient((x: Tensor) => ({
      value: square(x),
      gradient: (g) => {
        rules++
        return g
      },
    }))
    const once = checkpoint((x: Tensor) => square(square(x)))
    const x = tensor([1, 2])
    const end = begin([x])
    made.nodes = 0
    const before = memory()
    for (const y of [custom(x), once(x)]) {
      expect([y.node, y.refs]).toEqual([null, 1])
      y.dispose()
    }
    expect(memory()).toEqual(before)
    expect([rules, x.refs, x.storage.refs]).toEqual([0, 1, 1])
    end()
  })
})
