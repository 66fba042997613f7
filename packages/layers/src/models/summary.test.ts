import { setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { resetNames } from '../engine/naming.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { Affine } from '../testing/test-layers.ts'
import { Sequential } from './sequential.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

const stack = (): Sequential =>
  new Sequential([new Affine({ units: 3, inputShape: [2] }), new Affine({ units: 1 })])

describe('summary', () => {
  test('is a table with totals', () => {
    const model = stack()
    model.layers[1]!.trainable = false
    model.compile({ optimizer: new PlainSGD(), loss: null })
    let text = ''
    model.summary({
      print: (line) => {
        text = line
      },
    })
    expect(text.split('\n')).toEqual([
      'Model: "sequential"',
      '┏━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓',
      '┃ Layer (type)      ┃ Output Shape ┃ Param # ┃',
      '┡━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩',
      '│ affine (Affine)   │ (null, 3)    │       9 │',
      '├───────────────────┼──────────────┼─────────┤',
      '│ affine_1 (Affine) │ (null, 1)    │       4 │',
      '└───────────────────┴──────────────┴─────────┘',
      ' Total params: 13 (52.00 B)',
      ' Trainable params: 9 (36.00 B)',
      ' Non-trainable params: 4 (16.00 B)',
    ])
  })

  test('shows what is not known yet', () => {
    let text = ''
    new Sequential([new Affine({ units: 1 })]).summary({
      print: (line) => {
        text = line
      },
    })
    expect(text).toContain('│ affine (Affine) │ ?            │ 0 (unbuilt) │')
    expect(text).toContain(' Total params: 0 (0.00 B)')
  })
})
