import { expect, test, vi } from 'vitest'
import type { BatchLogs } from './callback.ts'
import { ProgressBar } from './progress-bar.ts'

function drawing(): { bar: ProgressBar; written: string[]; reads: () => number; logs: BatchLogs } {
  const written: string[] = []
  let reads = 0
  const bar = new ProgressBar({ terminal: { write: (text) => written.push(text), columns: 80 } })
  bar.setParams({ epochs: 3, steps: 100, verbose: 1 })
  const logs: BatchLogs = {
    read: async () => {
      reads++
      return { loss: 0.5 }
    },
  }
  return { bar, written, reads: () => reads, logs }
}

test('draws a live line on a terminal, at most ten times a second', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const { bar, written, reads, logs } = drawing()
  bar.onTrainBegin()
  bar.onEpochBegin(1)
  for (let batch = 0; batch < 100; batch++) {
    await bar.onTrainBatchEnd(batch, logs)
    vi.advanceTimersByTime(10)
  }
  bar.onEpochEnd(1, { loss: 0.25, val_loss: 1e-5 })
  expect(reads()).toBe(10)
  expect(written[0]).toBe('Epoch 2/3\n')
  expect(written[6]).toBe('\r\x1b[2K51/100 ━━━━━━━━━━────────── 500ms 10ms/step - loss: 0.5000')
  expect(written.at(-2)).toBe(
    '\r\x1b[2K100/100 ━━━━━━━━━━━━━━━━━━━━ 1s 10ms/step - loss: 0.2500 - val_loss: 1.0000e-5',
  )
  expect(written.at(-1)).toBe('\n')
  vi.useRealTimers()
})

test('prints a line for each epoch elsewhere, and reads nothing', () => {
  const lines: string[] = []
  const { reads, logs } = drawing()
  const bar = new ProgressBar({ terminal: null, print: (line) => lines.push(line) })
  bar.setParams({ epochs: 1, steps: 1, verbose: 2 })
  bar.onTrainBegin()
  bar.onEpochBegin(0)
  bar.onTrainBatchEnd(0, logs)
  bar.onEpochEnd(0, { loss: 12345678, accuracy: 0.5 })
  expect(lines).toEqual([
    expect.stringMatching(/^Epoch 1\/1 - 1\/1 - .+\/step - loss: 1\.2346e\+7 - accuracy: 0\.5000$/),
  ])
  expect(reads()).toBe(0)
})

test('shows evaluation alone, not the validation within training', () => {
  const lines: string[] = []
  const bar = new ProgressBar({ terminal: null, print: (line) => lines.push(line) })
  bar.setParams({ epochs: 1, steps: 1, verbose: 2 })
  bar.onTrainBegin()
  bar.onTestBegin()
  bar.onTestEnd({ loss: 1 })
  expect(lines).toEqual([])
  bar.onTrainEnd()
  bar.onTestBegin()
  bar.onTestEnd({ loss: 1 })
  expect(lines).toEqual([expect.stringMatching(/^Evaluation - /)])
})

test('a line never wraps, and shows what is not finite', async () => {
  const written: string[] = []
  const bar = new ProgressBar({ terminal: { write: (text) => written.push(text), columns: 40 } })
  bar.setParams({ epochs: 1, steps: 2, verbose: 1 })
  bar.onEpochBegin(0)
  await bar.onTrainBatchEnd(0, { read: async () => ({ loss: Number.NaN, other: 0, long_name: 123456 }) })
  const line = written.at(-1)!.replace('\r\x1b[2K', '')
  expect(line).toHaveLength(39)
  expect(line).toMatch(/^1\/2 ━{10}─{10} /)
  const lines: string[] = []
  const plain = new ProgressBar({ terminal: null, print: (text) => lines.push(text) })
  plain.onEpochBegin(0)
  plain.onEpochEnd(0, { loss: Number.NaN, a: Number.POSITIVE_INFINITY, b: -0.0005, c: 0 })
  expect(lines[0]).toMatch(/ - loss: NaN - a: Infinity - b: -5\.0000e-4 - c: 0\.0000$/)
})

test('times are in the unit that suits them', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const lines: string[] = []
  const bar = new ProgressBar({ terminal: null, print: (text) => lines.push(text) })
  const timeOf = (milliseconds: number): string => {
    bar.onEpochBegin(0)
    vi.advanceTimersByTime(milliseconds)
    bar.onEpochEnd(0, {})
    return lines.at(-1)!.split(' ').at(-2)!
  }
  expect([0, 250, 1000, 59_000, 60_000, 125_000, 3_725_000].map(timeOf)).toEqual([
    '0us',
    '250ms',
    '1s',
    '59s',
    '1:00',
    '2:05',
    '62:05',
  ])
  vi.useRealTimers()
})

test('shows how far it is where nobody knows how far it goes', async () => {
  const { bar, written, logs } = drawing()
  bar.setParams({ epochs: 1, steps: null, verbose: 1 })
  bar.onTrainBegin()
  bar.onEpochBegin(0)
  await bar.onTrainBatchEnd(6, logs)
  expect(written[1]).toMatch(/7\/unknown \S+ \S+\/step - loss: 0\.5000$/)
})

test('ends its line when a run fails', async () => {
  const { bar, written, logs } = drawing()
  bar.onTrainBegin()
  bar.onEpochBegin(0)
  await bar.onTrainBatchEnd(0, logs)
  bar.onRunError()
  expect(written.at(-1)).toBe('\n')
  const { length } = written
  bar.onRunError()
  expect(written).toHaveLength(length)
})
