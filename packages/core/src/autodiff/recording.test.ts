import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { scalar, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { customGradient } from './custom-gradient.ts'
import { defineOp } from './define-op.ts'
import { grad } from './grad.ts'
import { GradientTape } from './gradient-tape.ts'
import { isRecording, Recording } from './recording.ts'

beforeEach(() => setBackend(testBackend()))

describe('isRecording', () => {
  test('is true for what depends on a watched tensor, while it is watched', () => {
    const x = tensor([1, 2])
    const w = variable([1, 2])
    expect(isRecording(x, w)).toBe(false)
    grad((t: Tensor) => {
      expect(isRecording(t)).toBe(true)
      expect(isRecording(x, square(t))).toBe(true)
      expect(isRecording(x, mul(x, x), w)).toBe(false)
      expect(isRecording()).toBe(false)
      return sum(t)
    })(x)
    using tape = new GradientTape()
    expect(isRecording(w)).toBe(true)
    tape.dispose()
    expect(isRecording(w, x)).toBe(false)
  })

  test('is false inside a forward, and in a rule that nothing differentiates', () => {
    const seen: Record<string, boolean> = {}
    const op = defineOp({
      name: 'op',
      inputs: ['x'],
      save: ['x'],
      forward: (x) => {
        seen['forward'] = isRecording(x)
        return mul(x, x)
      },
      vjp: {
        x: (g, { x }) => {
          seen['rule'] = isRecording(g, x)
          return mul(g, mul(x, 2))
        },
      },
    })
    grad(op)(scalar(3))
    expect(seen).toEqual({ forward: false, rule: false })
    expect(grad(grad(op))(scalar(3)).arraySync()).toBe(2)
    // The rule of the inner gradient belongs to the outer one's computation.
    expect(grad((t: Tensor) => grad((u: Tensor) => op(u))(t))(scalar(3)).arraySync()).toBe(2)
  })

  test('is true in the rule of a gradient that is differentiated', () => {
    const seen: boolean[] = []
    const op = customGradient((x: Tensor) => ({
      value: square(x),
      gradient: (g) => {
        seen.push(isRecording(x))
        return mul(g, mul(x, 2))
      },
    }))
    grad(grad(op))(scalar(3))
    expect(seen[0]).toBe(true)
  })
})

describe('a recording', () => {
  test('closes once, and then leaves its bit to another', () => {
    const first = new Recording()
    first.close()
    const second = new Recording()
    expect(second.bit).toBe(first.bit)
    // Closing it again must not close the one that has taken its place.
    first.close()
    const x = tensor([1])
    second.watch(x)
    expect(isRecording(x)).toBe(true)
    second.close()
    expect(x.node).toBeNull()
  })

  test('watches a tensor once', () => {
    const recording = new Recording()
    const x = tensor([1])
    expect(recording.leafOf(x)).toBeUndefined()
    const leaf = recording.watch(x)
    expect(recording.watch(x)).toBe(leaf)
    expect(recording.leafOf(x)).toBe(leaf)
    recording.close()
    expect(recording.leafOf(x)).toBeUndefined()
  })

  test('takes no calls while it is paused', () => {
    const recording = new Recording()
    const x = tensor([1])
    recording.watch(x)
    recording.pause()
    expect(square(x).node).toBeNull()
    recording.resume()
    expect(square(x).node?.op.name).toBe('square')
    expect(recording.nodes).toHaveLength(1)
    recording.close()
    expect(recording.nodes).toHaveLength(0)
  })
})
