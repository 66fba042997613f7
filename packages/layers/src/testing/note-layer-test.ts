import type { Config } from '@tapegrad/core'
import { type LayerFinding, noteLayerFinding } from './note-layer-finding.ts'
import type { LayerExpectations } from './run-layer-test.ts'

interface Tested {
  readonly className: string
  getConfig(): Config
}

/** Notes what `runLayerTest` has checked of a layer. */
export function noteLayerTest(
  tested: Tested,
  { mask, indices, trainableWeights = 0 }: Pick<LayerExpectations, 'mask' | 'indices' | 'trainableWeights'>,
): void {
  const note = (checked: LayerFinding['checked'], detail?: string): void =>
    noteLayerFinding({ layer: tested.className, checked, ...(detail !== undefined && { detail }) })
  note('config')
  note('mask', mask)
  if (indices === undefined) note('input gradient')
  if (trainableWeights > 0) note('weight gradient')
  note('saving')
  const dataFormat = tested.getConfig()['data_format']
  if (typeof dataFormat === 'string') note('data format', dataFormat)
}
