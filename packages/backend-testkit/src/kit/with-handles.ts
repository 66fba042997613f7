import type { Tensor } from '@tapegrad/core'

/** Runs a function and then disposes the tensors that it called its own, whether it succeeded or not. */
export async function withHandles<T>(use: (own: <X extends Tensor>(x: X) => X) => Promise<T>): Promise<T> {
  const handles: Tensor[] = []
  try {
    return await use((x) => {
      handles.push(x)
      return x
    })
  } finally {
    for (const x of handles) x.dispose()
  }
}
