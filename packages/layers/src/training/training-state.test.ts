import { mul, setBackend, setSeed } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { Callback } from '../callbacks/callback.ts'
import { Dataset } from '../data/dataset.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { Affine, Apply } from '../testing/test-layers.ts'
import { count, line } from '../testing/test-models.ts'
import type { BatchIterable } from './iterable-source.ts'
import type { TrainingState } from './training-state.ts'

setBackend(referenceBackend())

const samples = count(7)

/** Notes the first numbers of every batch. */
function recorder(): { model: Sequential; seen: number[][] } {
  const seen: number[][] = []
  const note = new Apply((x, { training }) => {
    if (training) seen.push([...(x.dataSync() as Float32Array)])
    return mul(x, 1)
  })
  const model = new Sequential([note, new Affine({ units: 1 })])
  model.compile({ optimizer: new PlainSGD(0), loss: 'mse' })
  return { model, seen }
}

class States extends Callback {
  readonly states: TrainingState[] = []
  readonly epochEnds: TrainingState[] = []
  override onTrainBatchEnd(): void {
    this.states.push(JSON.parse(JSON.stringify(this.params.training!.state())) as TrainingState)
  }
  override onEpochEnd(): void {
    this.epochEnds.push(this.params.training!.state())
  }
}

class Resume extends Callback {
  readonly #state: TrainingState
  constructor(state: TrainingState) {
    super()
    this.#state = state
  }
  override onTrainBegin(): void {
    this.params.training!.restore(this.#state)
    expect(this.params.training!.state()).toEqual(this.#state)
  }
}

type Kind = 'arrays' | 'arrays in steps' | 'dataset' | 'dataset in steps'

async function run(kind: Kind, callbacks: readonly Callback[], seed: number): Promise<number[][]> {
  const { model, seen } = recorder()
  const steps = kind.endsWith('in steps') ? { stepsPerEpoch: 2 } : {}
  const options = { epochs: 3, callbacks, verbose: 0, ...steps } as const
  setSeed(seed)
  if (kind.startsWith('arrays')) await model.fit(samples, samples, { batchSize: 2, ...options })
  else {
    const data: BatchIterable = Dataset.fromTensorSlices({ x: samples, y: samples }).shuffle(7, 5).batch(2)
    await model.fit(data, null, options)
  }
  return seen
}

describe.each<Kind>(['arrays', 'arrays in steps', 'dataset', 'dataset in steps'])('a run over %s', (kind) => {
  test('goes on from every step with the batches that were to come', async () => {
    const watch = new States()
    const whole = await run(kind, [watch], 1)
    expect(watch.states).toHaveLength(whole.length)
    for (const [i, state] of watch.states.entries()) {
      // Another seed: the order comes from the state.
      const rest = await run(kind, [new Resume(state)], 2)
      expect(rest, `after step ${i}`).toEqual(whole.slice(i + 1))
    }
    for (const [i, state] of watch.epochEnds.entries()) {
      expect(state).toMatchObject({ epoch: i + 1, step: 0 })
      const rest = await run(kind, [new Resume(state)], 2)
      expect(rest, `after epoch ${i}`).toEqual(whole.slice((whole.length / 3) * (i + 1)))
    }
  })
})

describe('restore', () => {
  const restoring = (state: unknown, hook: 'onTrainBegin' | 'onEpochBegin' = 'onTrainBegin'): Callback => {
    const callback = new Callback()
    callback[hook] = () => callback.params.training!.restore(state as TrainingState)
    return callback
  }
  const fit = (callback: Callback, shuffle = false): Promise<unknown> =>
    line().fit(samples, samples, { batchSize: 2, shuffle, callbacks: [callback], verbose: 0 })
  const start: TrainingState = { epoch: 0, step: 0, pass: 0, batch: 0, order: null }

  test('refuses what is no state, and comes in time', async () => {
    await expect(fit(restoring(start, 'onEpochBegin'))).rejects.toThrow(/has begun/)
    await expect(fit(restoring({ ...start, step: -1 }))).rejects.toThrow(/not the state of a run/)
    await expect(fit(restoring(null))).rejects.toThrow(/not the state of a run/)
    await expect(fit(restoring({ ...start, order: { key: [1], block: 0 } }))).rejects.toThrow(/generator/)
  })

  test('refuses the state of other data', async () => {
    await expect(fit(restoring({ ...start, batch: 9 }))).rejects.toThrow(/other data/)
    await expect(fit(restoring(start), true)).rejects.toThrow(/other data/)
    const few = Dataset.fromArray([{ x: [[1]], y: [[1]] }])
    const late = restoring({ ...start, batch: 2 })
    await expect(line().fit(few, null, { callbacks: [late], verbose: 0 })).rejects.toThrow(/ends before/)
  })
})
