import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuBackend } from '@tapegrad/backend-cpu'
import { type Optimizer, setBackend, setSeed } from '@tapegrad/core'
import { BatchNormalization, callbacks, Dense, Dropout, Sequential } from '@tapegrad/layers'
import { BackupAndRestore } from '@tapegrad/layers/node'
import {
  Adadelta,
  Adafactor,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  Ftrl,
  Lamb,
  Lion,
  Muon,
  Nadam,
  RMSprop,
  SGD,
  schedules,
} from '@tapegrad/optimizers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let folder = ''
beforeEach(async () => {
  setBackend(cpuBackend())
  folder = await mkdtemp(join(tmpdir(), 'tapegrad-backup-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const learningRate = (): schedules.CosineDecay =>
  new schedules.CosineDecay({ initialLearningRate: 0.05, decaySteps: 20 })

const optimizers: readonly (readonly [string, () => Optimizer])[] = [
  ['SGD', () => new SGD({ learningRate: learningRate(), momentum: 0.9 })],
  ['SGD, accumulating', () => new SGD({ learningRate: learningRate(), gradientAccumulationSteps: 3 })],
  ['RMSprop', () => new RMSprop({ learningRate: learningRate(), centered: true })],
  ['Adam', () => new Adam({ learningRate: learningRate(), amsgrad: true })],
  ['Adam, averaging', () => new Adam({ learningRate: learningRate(), useEma: true })],
  ['AdamW', () => new AdamW({ learningRate: learningRate() })],
  ['Adamax', () => new Adamax({ learningRate: learningRate() })],
  ['Nadam', () => new Nadam({ learningRate: learningRate() })],
  ['Adagrad', () => new Adagrad({ learningRate: learningRate() })],
  ['Adadelta', () => new Adadelta({ learningRate: learningRate() })],
  ['Ftrl', () => new Ftrl({ learningRate: learningRate() })],
  ['Lion', () => new Lion({ learningRate: learningRate() })],
  ['Adafactor', () => new Adafactor({ learningRate: learningRate() })],
  ['Lamb', () => new Lamb({ learningRate: learningRate() })],
  ['Muon', () => new Muon({ learningRate: learningRate() })],
]

const samples = Array.from({ length: 22 }, (_, i) => [Math.sin(i), Math.cos(3 * i), i / 22])
const targets = samples.map(([a, b, c]) => [a! * b! + c! > 0.3 ? 1 : 0])
const epochs = 3
const steps = 5

class Crash extends Error {}

/** Fails before a step: what was saved after the one before is the last. */
class CrashBefore extends callbacks.Callback {
  readonly #step: number
  #steps = 0
  constructor(step: number) {
    super()
    this.#step = step
  }
  override onTrainBatchBegin(): void {
    if (this.#steps++ === this.#step) throw new Crash()
  }
}

interface Outcome {
  readonly weights: readonly unknown[]
  readonly state: readonly unknown[]
  readonly history: Readonly<Record<string, readonly number[]>>
  readonly epoch: readonly number[]
}

/** A run in a program of its own: another seed, other objects. */
async function run(
  optimizer: Optimizer,
  seed: number,
  others: readonly callbacks.Callback[],
): Promise<Outcome> {
  setSeed(seed)
  const model = new Sequential([
    new Dense({ units: 6, activation: 'relu', inputShape: [3] }),
    new BatchNormalization(),
    new Dropout({ rate: 0.3 }),
    new Dense({ units: 1, activation: 'sigmoid' }),
  ])
  model.compile({ optimizer, loss: 'binaryCrossentropy', metrics: ['accuracy', 'auc'] })
  try {
    const { history, epoch } = await model.fit(samples, targets, {
      epochs,
      batchSize: 4,
      validationSplit: 0.1,
      verbose: 0,
      callbacks: [
        ...others,
        new callbacks.EarlyStopping({ monitor: 'loss', patience: 9, restoreBestWeights: true }),
      ],
    })
    const values = (list: readonly { dataSync(): ArrayLike<number> }[]): unknown[] =>
      list.map((each) => [...Array.from(each.dataSync())])
    return { weights: values(model.weights), state: values(optimizer.variables), history, epoch }
  } finally {
    model.dispose()
  }
}

const thorough = process.env['KITS'] === 'thorough'

describe.each(optimizers)('a run with %s', (_, make) => {
  test('that crashed ends bitwise where it would have ended', async () => {
    const whole = await run(make(), 1, [])
    // In the first epoch, at its end, in mid-epoch, before the last step.
    const moments = thorough ? Array.from({ length: epochs * steps - 1 }, (_, i) => i + 1) : [1, 5, 8, 14]
    for (const moment of moments) {
      const backup = (): BackupAndRestore => new BackupAndRestore({ backupDir: folder, saveFreq: 1 })
      const crashed = run(make(), 1, [backup(), new CrashBefore(moment)])
      await expect(crashed).rejects.toThrow(Crash)
      expect(await run(make(), 2, [backup()]), `after ${moment} steps`).toEqual(whole)
    }
  }, 60_000)
})

test('a run that crashed again and again, with checkpoints after epochs, ends where it would have ended', async () => {
  const make = (): Optimizer => new Adam({ learningRate: 0.02 })
  const plateau = (): callbacks.Callback =>
    new callbacks.ReduceLROnPlateau({ monitor: 'loss', patience: 1, factor: 0.5, minDelta: 10 })
  const whole = await run(make(), 1, [plateau()])
  for (const moment of [7, 8, 4]) {
    const crashed = run(make(), moment === 7 ? 1 : 3, [
      new BackupAndRestore({ backupDir: folder }),
      new CrashBefore(moment),
      plateau(),
    ])
    await expect(crashed).rejects.toThrow(Crash)
  }
  const last = await run(make(), 2, [new BackupAndRestore({ backupDir: folder }), plateau()])
  expect(last).toEqual(whole)
})
