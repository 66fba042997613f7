import type { Tensor } from '../tensor/tensor.ts'
import { backward } from './backward.ts'
import { checkFloat, filledLike, ownGradients, watchArguments } from './grad.ts'
import { Recording } from './recording.ts'
import { flattenValue, type Structure } from './structure.ts'

/** A function near its arguments: its value, and the linear map from changes of arguments to those of the value. */
export interface Linearized {
  /** What the function returned. Its handles belong to the scope around. */
  readonly value: unknown
  readonly outputs: readonly Tensor[]
  /** The tensors among the arguments. */
  readonly inputs: readonly Tensor[]
  /**
   * The tangents of the outputs, from those of the inputs; null stands for zeros.
   *
   * @param again Whether it will be called once more.
   */
  readonly push: (tangents: readonly (Tensor | null)[], again: boolean) => Tensor[]
}

/**
 * Computes a function, and hands its linear map to `use`.
 *
 * A backward pass maps a gradient u of the outputs to Jᵀu, and only uses ops that can be differentiated: its own
 * backward pass, from a tangent v, gives ∂⟨Jᵀu, v⟩/∂u = Jv. So no op needs a rule of its own for the forward
 * direction.
 */
export function linearize<T>(
  op: string,
  f: (...args: never) => unknown,
  args: readonly Structure[],
  use: (linearized: Linearized) => T,
): T {
  const recording = new Recording()
  try {
    const { inputs, leaves, watched } = watchArguments(op, recording, args)
    const value = f(...(watched as never))
    const outputs = flattenValue(op, value)
    for (const y of outputs) checkFloat(op, "the function's value", y)
    recording.pause()
    return transpose(recording, outputs, leaves, (push) => use({ value, outputs, inputs, push }))
  } finally {
    recording.close()
  }
}

function transpose<T>(
  recording: Recording,
  outputs: readonly Tensor[],
  leaves: Parameters<typeof backward>[2],
  use: (push: Linearized['push']) => T,
): T {
  const ofGradients = new Recording()
  let gradients: readonly (Tensor | null)[] = []
  try {
    // Jᵀu is linear in u: any u will do.
    const starts = outputs.map((y) => filledLike(y, 0))
    const places = starts.map((start) => ofGradients.watch(start))
    const seeds = outputs.map((y, i) => ({ y, seed: starts[i]! }))
    gradients = backward(recording, seeds, leaves, false)
    ofGradients.pause()
    return use((tangents, again) => {
      const pairs = gradients.flatMap((y, i) => {
        const seed = tangents[i] ?? null
        return y === null || seed === null ? [] : [{ y, seed }]
      })
      return ownGradients(backward(ofGradients, pairs, places, again), starts)
    })
  } finally {
    for (const gradient of gradients) gradient?.unref()
    ofGradients.close()
  }
}
