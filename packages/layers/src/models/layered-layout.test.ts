import { expect, test } from 'vitest'
import { type Edge, layoutLayers } from './layered-layout.ts'

const boxes = (count: number): { width: number; height: number }[] =>
  Array.from({ length: count }, () => ({ width: 20, height: 10 }))

test('boxes come below all that lead to them, whatever their order', () => {
  const edges: readonly Edge[] = [
    [2, 0],
    [0, 1],
    [3, 2],
  ]
  const { centres, paths } = layoutLayers(boxes(4), edges)
  for (const [from, to] of edges) expect(centres[to]!.y).toBeGreaterThan(centres[from]!.y)
  for (const path of paths) expect(path.at(-1)!.y).toBeGreaterThan(path[0]!.y)
})

test('one arrow of a circle leads upwards', () => {
  const { paths } = layoutLayers(boxes(3), [
    [0, 1],
    [1, 2],
    [2, 0],
  ])
  expect(paths.map((path) => path.at(-1)!.y > path[0]!.y)).toEqual([true, true, false])
})

test('edges that pass layers keep clear of the boxes there', () => {
  const { centres, paths } = layoutLayers(boxes(3), [
    [0, 1],
    [1, 2],
    [0, 2],
  ])
  const [passing] = paths[2]!.slice(1, -1)
  expect(passing!.y).toBe(centres[1]!.y)
  expect(Math.abs(passing!.x - centres[1]!.x)).toBeGreaterThan(10)
})

test('edges do not cross where they need not', () => {
  const { centres } = layoutLayers(boxes(4), [
    [0, 3],
    [1, 2],
  ])
  expect(Math.sign(centres[3]!.x - centres[2]!.x)).toBe(Math.sign(centres[0]!.x - centres[1]!.x))
})

test('a thousand layers take no time', () => {
  const count = 1000
  const start = Date.now()
  const { height } = layoutLayers(
    boxes(count),
    Array.from({ length: count - 1 }, (_, i): Edge => [i, i + 1]),
  )
  expect(height).toBeGreaterThan(10 * count)
  expect(Date.now() - start).toBeLessThan(2000)
})
