import { type Backend, memory, type Tensor } from '@tapegrad/core'
import { realize } from '../generators/plans.ts'
import type { OracleArray } from '../oracle/array.ts'
import { compare, type Tolerances, withoutSpecials } from './compare.ts'
import { describeCall } from './describe.ts'
import { type Call, exactTolerances, type OpSpec } from './op-spec.ts'

/** Throws where an op differs from the oracle, changes an input, or leaves something behind. */
export async function checkForward<A>(
  spec: OpSpec<A>,
  call: Call<A>,
  backend: Backend,
  tolerances: Tolerances,
  signedZeros: boolean,
): Promise<void> {
  const inputs = call.inputs.map((plan) => realize(plan, backend))
  const views = inputs.map(({ view }) => view)
  try {
    const before = memory()
    const received = await readAll([spec.op(views, call.attributes)].flat())
    compareMemory(before)
    const expected = [
      spec.oracle(
        call.inputs.map(({ array }) => array),
        call.attributes,
      ),
    ].flat()
    if (received.length !== expected.length) {
      throw new Error(`there are ${received.length} results, expected are ${expected.length}`)
    }
    expected.forEach((array, i) => {
      const what = expected.length === 1 ? 'the result' : `result ${i}`
      const result = backend.caps.specialValues ? received[i]! : withoutSpecials(received[i]!, array)
      compare(what, result, array, tolerances, signedZeros)
    })
    for (const [i, { base }] of inputs.entries()) {
      compare(`input ${i} after the call`, await readArray(base), call.inputs[i]!.base, exactTolerances, true)
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`${message}\n  ${describeCall(backend, views, call.attributes)}`, { cause: error })
  } finally {
    for (const { view, base } of inputs) {
      view.dispose()
      base.dispose()
    }
  }
}

/** The elements of tensors, which are disposed. */
async function readAll(tensors: readonly Tensor[]): Promise<OracleArray[]> {
  try {
    return await Promise.all(tensors.map(readArray))
  } finally {
    for (const x of tensors) x.dispose()
  }
}

export async function readArray(x: Tensor): Promise<OracleArray> {
  return { shape: x.shape, dtype: x.dtype, values: [...(await x.data())] }
}

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
