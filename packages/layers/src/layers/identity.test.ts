import { setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import type { LayerOptions } from '../engine/layer-options.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Identity } from './identity.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new Identity(), { inputShape: [2, 3, 4], outputShape: [2, 3, 4], mask: 'passes' })
})

test('values, under another handle', () => {
  const x = tensor([1, Number.NaN])
  const y = new Identity().apply(x)
  expect(y.arraySync()).toEqual([1, Number.NaN])
  y.dispose()
  expect(x.disposed).toBe(false)
  expect(new Identity().apply(tensor([1, 2], { dtype: 'int32' })).dtype).toBe('int32')
})

test('shapes with unknown sizes', () => {
  expect(new Identity().apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Identity, (options: LayerOptions) => new Identity(options))
})

test('errors', () => {
  expect(() => new Identity({ rate: 1 } as LayerOptions)).toThrow(/unknown option "rate"/)
  expect(() => new Identity().apply([tensor([1])] as never)).toThrow(/one tensor, and not a list/)
  expect(() => new Identity().apply(1 as never)).toThrow(/not a tensor/)
})
