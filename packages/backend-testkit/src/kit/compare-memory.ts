import { memory } from '@tapegrad/core'

/** Throws where other tensors or storages are alive than before. */
export function compareMemory(before: ReturnType<typeof memory>): void {
  const after = memory()
  const isEqual =
    after.tensors === before.tensors && after.storages === before.storages && after.bytes === before.bytes
  if (isEqual) return
  const show = ({ tensors, storages, bytes }: typeof before): string =>
    `${tensors} tensors, ${storages} storages, ${bytes} bytes`
  throw new Error(`the call leaves something behind\n  before: ${show(before)}\n  after: ${show(after)}`)
}
