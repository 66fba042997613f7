import { setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { input } from '../engine/input-layer.ts'
import { resetNames } from '../engine/naming.ts'
import { Add, Dense } from '../layers/index.ts'
import { Model } from './model.ts'
import type { SummaryOptions } from './summary.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

function branched(): Model {
  const z = input({ shape: [3], name: 'z' })
  const inner = new Model({ inputs: z, outputs: new Dense({ units: 3, name: 'in' }).apply(z), name: 'inner' })
  const x = input({ shape: [2], name: 'x' })
  const first = new Dense({ units: 3, name: 'first' }).apply(x)
  return new Model({ inputs: x, outputs: new Add({ name: 'sum' }).apply([first, inner.apply(first)]) })
}

const text = (model: Model, options: SummaryOptions = {}): readonly string[] => {
  let printed = ''
  model.summary({
    ...options,
    print: (line) => {
      printed = line
    },
  })
  return printed.split('\n')
}

describe('the summary of a functional model', () => {
  test('says what layers are connected to', () => {
    expect(text(branched()).slice(1, -3)).toEqual([
      '┏━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┳━━━━━━━━━━━━━━┓',
      '┃ Layer (type)       ┃ Output Shape ┃ Param # ┃ Connected to ┃',
      '┡━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━━━━┩',
      '│ x (InputLayer)     │ (null, 2)    │       0 │ -            │',
      '├────────────────────┼──────────────┼─────────┼──────────────┤',
      '│ first (Dense)      │ (null, 3)    │       9 │ x[0][0]      │',
      '├────────────────────┼──────────────┼─────────┼──────────────┤',
      '│ inner (Functional) │ (null, 3)    │      12 │ first[0][0]  │',
      '├────────────────────┼──────────────┼─────────┼──────────────┤',
      '│ sum (Add)          │ (null, 3)    │       0 │ first[0][0], │',
      '│                    │              │         │ inner[0][0]  │',
      '└────────────────────┴──────────────┴─────────┴──────────────┘',
    ])
  })

  test('has no such column where one layer follows the other', () => {
    const x = input({ shape: [2] })
    expect(text(new Model({ inputs: x, outputs: new Dense({ units: 1 }).apply(x) }))[2]).toBe(
      '┃ Layer (type)             ┃ Output Shape ┃ Param # ┃',
    )
  })

  test('lists the layers of models inside, and says what is trained', () => {
    const model = branched()
    model.getLayer('first').trainable = false
    const lines = text(model, { expandNested: true, showTrainable: true })
    const row = (name: string): string | undefined => lines.find((line) => line.includes(name))
    expect(row('└ z (InputLayer)')).toBeDefined()
    expect(row('└ in (Dense)')).toMatch(/12 .* Y /)
    expect(row('first (Dense)')).toMatch(/ N /)
    expect(row('sum (Add)')).toMatch(/ - +│$/)
  })

  test('breaks lines that are too long', () => {
    const lines = text(branched(), { lineLength: 58 })
    expect(Math.max(...lines.slice(1, -3).map((line) => line.length))).toBe(58)
    expect(lines.join('\n')).toContain('│ inner (Functio │')
  })

  test('refuses options of the wrong kind', () => {
    const model = branched()
    expect(() => text(model, { lineLength: 3 })).toThrow(/lineLength: 3/)
    // @ts-expect-error a text
    expect(() => text(model, { expandNested: 'yes' })).toThrow(/expandNested/)
    // @ts-expect-error an unknown option
    expect(() => text(model, { expandnested: true })).toThrow(/expandNested/)
  })
})
