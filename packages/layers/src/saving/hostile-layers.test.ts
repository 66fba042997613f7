import { type Json, memory, setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import type { Layer } from '../engine/layer.ts'
import * as layers from '../layers/index.ts'
import { Sequential } from '../models/sequential.ts'
import { isRefused, variants } from '../testing/hostile-json.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import { saveModel } from './save-model.ts'

setBackend(referenceBackend())

const line = { inputShape: [6, 2] }
const plane = { inputShape: [4, 4, 2] }

const made: Readonly<Record<string, () => Layer>> = {
  Conv2D: () => new layers.Conv2D({ filters: 2, kernelSize: 2, groups: 2, ...plane }),
  Conv1DTranspose: () => new layers.Conv1DTranspose({ filters: 2, kernelSize: 2, outputPadding: 0, ...line }),
  DepthwiseConv1D: () => new layers.DepthwiseConv1D({ kernelSize: 2, padding: 'causal', ...line }),
  SeparableConv2D: () => new layers.SeparableConv2D({ filters: 2, kernelSize: 2, ...plane }),
  MaxPooling2D: () => new layers.MaxPooling2D(plane),
  AveragePooling1D: () => new layers.AveragePooling1D({ padding: 'same', ...line }),
  GlobalAveragePooling1D: () => new layers.GlobalAveragePooling1D(line),
  BatchNormalization: () =>
    new layers.BatchNormalization({ renorm: true, renormClipping: { rmax: 2 }, ...line }),
  LayerNormalization: () => new layers.LayerNormalization({ axis: [1, 2], ...line }),
  GroupNormalization: () => new layers.GroupNormalization({ groups: 2, ...line }),
  RMSNormalization: () => new layers.RMSNormalization(line),
  UnitNormalization: () => new layers.UnitNormalization(line),
  Embedding: () => new layers.Embedding({ inputDim: 5, outputDim: 2, maskZero: true, inputShape: [3] }),
}

test.each(Object.entries(made))('anything in any place of the config of %s', async (_, make) => {
  using model = new Sequential([make()])
  const bytes = await saveModel(model)
  expect(await isRefused(bytes)).toBe(false)
  const { tensors, metadata } = decodeSafetensors(bytes)
  const before = memory()
  let refused = 0
  for (const variant of variants(JSON.parse(metadata.get('model')!) as Json)) {
    const changed = new Map([...metadata, ['model', JSON.stringify(variant)]])
    if (await isRefused(encodeSafetensors({ tensors, metadata: changed }))) refused++
  }
  expect(memory()).toEqual(before)
  expect(refused).toBeGreaterThan(100)
})
