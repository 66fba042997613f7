import { type DataFormat, moveAxis, random } from '@tapegrad/core'
import { expect } from 'vitest'
import type { Layer } from '../engine/layer.ts'
import { noteLayerFinding } from '../testing/note-layer-finding.ts'

/**
 * Checks that a layer gives the same in both data formats, with the same weights.
 *
 * @param inputShape With the channels last.
 */
export function expectSameInBothFormats(
  make: (dataFormat: DataFormat) => Layer,
  inputShape: readonly number[],
): void {
  using last = make('channelsLast')
  using first = make('channelsFirst')
  const x = random.uniform(inputShape, { min: -1, generator: new random.Generator(5) })
  const expected = last.apply(x)
  const turned = moveAxis(x, -1, 1)
  first.build(turned.shape)
  first.setWeights(last.getWeights())
  const actual = first.apply(turned)
  expect(first.computeOutputShape(turned.shape)).toEqual(actual.shape)
  const back = expected.rank > 2 ? moveAxis(actual, 1, -1) : actual
  expect(back.shape).toEqual(expected.shape)
  const values = expected.dataSync()
  back.dataSync().forEach((value, i) => {
    expect(value).toBeCloseTo(values[i]!, 5)
  })
  noteLayerFinding({ layer: last.className, checked: 'both data formats' })
}
