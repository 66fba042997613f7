import type { View } from '@tapegrad/core'
import type { DeviceQueue } from '../device/device-queue.ts'
import type { GpuHandle } from '../device/slot.ts'
import { kindOf } from './element-kind.ts'
import {
  type Form,
  indices,
  integer,
  place,
  placeNames,
  position,
  sizeNames,
  sizes,
  stridedForm,
} from './indexing.ts'
import { kernel } from './kernel.ts'
import { blocks } from './sum-blocks.ts'

/** The most products that one thread adds up; the next launch goes on from its result. */
const longestSum = 4096
/** out[b, i, j] = Σₖ a[b, i, k] · b[b, k, j]; each thread computes one element. */
export function matmul(
  queue: DeviceQueue,
  a: View<GpuHandle>,
  b: View<GpuHandle>,
  out: View<GpuHandle>,
): void {
  const kind = kindOf(a.dtype)
  const form = stridedForm(3)
  const [aBatch, aRow, aStep] = a.strides as readonly [number, number, number]
  const [bBatch, bStep, bColumn] = b.strides as readonly [number, number, number]
  const depth = a.shape[2]!
  for (let first = 0; first < depth; first += longestSum) {
    const goesOn = first > 0
    queue.launch({
      op: 'matmul',
      source: kernel(`matmul${goesOn ? ' onto' : ''} of ${kind}, ${form.name}`, () => ({
        arrays: goesOn ? ['a', 'b', 'sofar'] : ['a', 'b'],
        integers: matmulArguments(form),
        floats: [],
        body: `${indices(form)}
          ${integer('p', position('a', form))}
          ${integer('q', position('b', form))}
          let s = ${goesOn ? 'sofar[this.thread.x]' : '0'};
          ${blocks('t = t + a[p + j * astep] * b[q + j * bstep];', kind)}
          return s;`,
      })),
      inputs: goesOn ? [a.storage, b.storage, out.storage] : [a.storage, b.storage],
      integers: [
        ...[Math.min(longestSum, depth - first), aStep, bStep],
        ...sizes(out.shape, form),
        ...place({ offset: a.offset + first * aStep, strides: [aBatch, aRow, 0] }, form),
        ...place({ offset: b.offset + first * bStep, strides: [bBatch, 0, bColumn] }, form),
      ],
      floats: [],
      out: out.storage,
    })
  }
}

function matmulArguments(form: Form): string[] {
  return ['count', 'astep', 'bstep', ...sizeNames(form), ...placeNames('a', form), ...placeNames('b', form)]
}
