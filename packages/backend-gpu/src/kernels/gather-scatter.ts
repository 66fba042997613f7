import { isFloat, type View } from '@tapegrad/core'
import type { DeviceQueue } from '../device/device-queue.ts'
import type { GpuHandle } from '../device/slot.ts'
import { kindOf, wrapped } from './element-kind.ts'
import { indices, integer, place, placeNames, position, sizeNames, sizes, stridedForm } from './indexing.ts'
import { kernel } from './kernel.ts'

/** The most updates that one thread looks at; the next launch goes on from its result. */
const longestSearch = 4096

/** out[…, i, …] = x[…, index[…, i, …], …]; NaN, or 0 for integers, where the index lies outside. */
export function gather(
  queue: DeviceQueue,
  x: View<GpuHandle>,
  index: View<GpuHandle>,
  axis: number,
  out: View<GpuHandle>,
): void {
  const form = stridedForm(out.shape.length)
  const missing = isFloat(out.dtype) ? 'nan' : '0'
  queue.launch({
    op: 'gather',
    source: kernel(`gather or ${missing}, ${form.name}`, () => ({
      arrays: ['xs', 'es'],
      integers: ['length', 'step', ...sizeNames(form), ...placeNames('x', form), ...placeNames('e', form)],
      floats: [],
      body: `${indices(form)}
        ${integer('e', `wholeOf(es[${position('e', form)}])`)}
        let v = ${missing};
        if (e >= 0) { if (e < length) { v = xs[${position('x', form)} + e * step]; } }
        return v;`,
    })),
    inputs: [x.storage, index.storage],
    integers: [
      ...[x.shape[axis]!, x.strides[axis]!],
      ...sizes(out.shape, form),
      ...place(across(x, axis), form),
      ...place(index, form),
    ],
    floats: [],
    out: out.storage,
  })
}

/** out[…, index[…, i, …], …] += updates[…, i, …] from 0: each element of out looks for the updates that are meant for it. */
export function scatterAdd(
  queue: DeviceQueue,
  index: View<GpuHandle>,
  updates: View<GpuHandle>,
  axis: number,
  out: View<GpuHandle>,
): void {
  const kind = kindOf(updates.dtype)
  const form = stridedForm(out.shape.length)
  const target = `i${form.rank - out.shape.length + axis}`
  const length = updates.shape[axis]!
  for (let first = 0; first < length; first += longestSearch) {
    const goesOn = first > 0
    queue.launch({
      op: 'scatterAdd',
      source: kernel(`scatterAdd${goesOn ? ' onto' : ''} of ${kind} at ${target}, ${form.name}`, () => ({
        arrays: goesOn ? ['es', 'us', 'sofar'] : ['es', 'us'],
        integers: [
          ...['count', 'estep', 'ustep'],
          ...sizeNames(form),
          ...placeNames('e', form),
          ...placeNames('u', form),
        ],
        floats: [],
        body: `${indices(form)}
          ${integer('p', position('e', form))}
          ${integer('q', position('u', form))}
          let s = ${goesOn ? 'sofar[this.thread.x]' : '0'};
          for (let k = 0; k < count; k++) {
            if (es[p + k * estep] == ${target}) { s = ${wrapped('s + us[q + k * ustep]', kind)}; }
          }
          return s;`,
      })),
      inputs: [index.storage, updates.storage, ...(goesOn ? [out.storage] : [])],
      integers: [
        ...[Math.min(longestSearch, length - first), index.strides[axis]!, updates.strides[axis]!],
        ...sizes(out.shape, form),
        ...place(across(index, axis, first), form),
        ...place(across(updates, axis, first), form),
      ],
      floats: [],
      out: out.storage,
    })
  }
}

/** Where the line along `axis` starts, from its element `first` on: the place of a view that does not move along the axis. */
function across({ offset, strides }: View, axis: number, first = 0): Pick<View, 'offset' | 'strides'> {
  return { offset: offset + first * strides[axis]!, strides: strides.with(axis, 0) }
}
