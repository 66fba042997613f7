import { setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { input } from '../engine/input-layer.ts'
import { resetNames } from '../engine/naming.ts'
import { Add, Concatenate, Dense } from '../layers/index.ts'
import { Model } from './model.ts'
import { plotModel } from './plot-model.ts'
import { Sequential } from './sequential.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

function branched(name = 'x'): Model {
  const x = input({ shape: [2], name })
  const first = new Dense({ units: 3, name: 'first' }).apply(x)
  const deep = new Dense({ units: 3, name: 'third' }).apply(
    new Dense({ units: 3, name: 'second' }).apply(first),
  )
  const both = new Concatenate({ name: 'both' }).apply([deep, new Add({ name: 'sum' }).apply([first, deep])])
  return new Model({ inputs: x, outputs: both })
}

describe('plotModel as Mermaid', () => {
  test('has a node for each layer and an edge for each connection', () => {
    expect(plotModel(branched(), { format: 'mermaid', showLayerNames: true }).split('\n')).toEqual([
      'flowchart TB',
      '  n0["x (InputLayer)"]',
      '  n1["first (Dense)"]',
      '  n2["second (Dense)"]',
      '  n3["third (Dense)"]',
      '  n4["sum (Add)"]',
      '  n5["both (Concatenate)"]',
      '  n0 --> n1',
      '  n1 --> n2',
      '  n2 --> n3',
      '  n1 --> n4',
      '  n3 --> n4',
      '  n3 --> n5',
      '  n4 --> n5',
    ])
  })

  test('says shapes, dtypes and what is trained', () => {
    const model = new Sequential([new Dense({ units: 1, inputShape: [2], trainable: false })])
    expect(
      plotModel(model, {
        format: 'mermaid',
        rankdir: 'LR',
        showShapes: true,
        showDType: true,
        showTrainable: true,
      }),
    ).toBe(
      [
        'flowchart LR',
        '  n0["InputLayer<br/>dtype: float32<br/>in: (null, 2)<br/>out: (null, 2)"]',
        '  n1["Dense<br/>dtype: float32<br/>in: (null, 2)<br/>out: (null, 1)<br/>frozen"]',
        '  n0 --> n1',
      ].join('\n'),
    )
    const lazy = new Sequential([new Dense({ units: 1 })])
    expect(plotModel(lazy, { format: 'mermaid', showShapes: true })).toContain('not built')
  })

  test('escapes what could be markup', () => {
    const text = plotModel(branched('"]<b>#;`\n'), { format: 'mermaid', showLayerNames: true })
    expect(text).toContain('n0["#34;]#60;b#62;#35;#59;#96;#10; (InputLayer)"]')
  })
})

describe('plotModel as SVG', () => {
  const positions = (svg: string): { x: number; y: number; width: number; height: number }[] =>
    [...svg.matchAll(/<g><rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(
      (found) => {
        const [x, y, width, height] = found.slice(1).map(Number) as [number, number, number, number]
        return { x, y, width, height }
      },
    )

  test('puts each layer below those that lead to it, and no box over another', () => {
    const svg = plotModel(branched(), { showShapes: true })
    const boxes = positions(svg)
    expect(boxes).toHaveLength(6)
    expect(boxes.map(({ y }) => y)).toEqual([...boxes.map(({ y }) => y)].sort((a, b) => a - b))
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1)) {
        const apart =
          a.x + a.width < b.x || b.x + b.width < a.x || a.y + a.height < b.y || b.y + b.height < a.y
        expect(apart).toBe(true)
      }
    })
    expect([...svg.matchAll(/marker-end/g)]).toHaveLength(7)
  })

  test('stays within the image, from the left to the right too', () => {
    for (const rankdir of ['TB', 'LR'] as const) {
      const svg = plotModel(branched(), { rankdir })
      const [width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.slice(1).map(Number) as [
        number,
        number,
      ]
      for (const box of positions(svg)) {
        expect(box.x).toBeGreaterThanOrEqual(0)
        expect(box.y).toBeGreaterThanOrEqual(0)
        expect(box.x + box.width).toBeLessThanOrEqual(width)
        expect(box.y + box.height).toBeLessThanOrEqual(height)
      }
      expect(svg).not.toContain('NaN')
    }
  })

  test('escapes what could be markup', () => {
    const svg = plotModel(branched('<script>&"\u0000'), { showLayerNames: true })
    expect(svg).toContain('&lt;script&gt;&amp;&quot;\ufffd (InputLayer)')
    expect(svg).not.toContain('<script>')
  })

  test('draws layers that are called again further down', () => {
    const x = input({ shape: [2] })
    const [a, b] = [new Dense({ units: 2 }), new Dense({ units: 2 })]
    const model = new Model({ inputs: x, outputs: a.apply(b.apply(a.apply(a.apply(x)))) })
    const svg = plotModel(model)
    expect([...svg.matchAll(/marker-end/g)]).toHaveLength(3)
    expect(svg).not.toContain('NaN')
  })

  test('shows a sub-classed model as one box', () => {
    class Net extends Model {}
    expect(positions(plotModel(new Net()))).toHaveLength(1)
  })
})

test('plotModel refuses options of the wrong kind', () => {
  const model = branched()
  // @ts-expect-error another format
  expect(() => plotModel(model, { format: 'png' })).toThrow(/'svg' or 'mermaid'/)
  // @ts-expect-error an unknown option
  expect(() => plotModel(model, { showShape: true })).toThrow(/showShapes/)
  // @ts-expect-error a number
  expect(() => plotModel(model, { showShapes: 1 })).toThrow(/showShapes is not a boolean/)
  expect(() => plotModel(new Dense({ units: 1 }) as never)).toThrow(/not a model/)
})
