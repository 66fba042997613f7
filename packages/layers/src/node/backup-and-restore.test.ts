import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mean, mul, setBackend, setSeed, type Tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { callbacks, Dense, Dropout, GRU, input, Layer, Model, Sequential } from '../index.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { count, line } from '../testing/test-models.ts'
import { BackupAndRestore } from './backup-and-restore.ts'
import { CheckpointFiles } from './checkpoint-files.ts'

setBackend(referenceBackend())

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapegrad-backup-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

const bytes = (n: number): Uint8Array => new Uint8Array(40).fill(n)

describe('the files of checkpoints', () => {
  test('whichever bit flips, wherever the newest is cut, the one before is used', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const files = new CheckpointFiles(folder, true)
    await files.write(bytes(1))
    await files.write(bytes(2))
    const whole = await readFile(files.newest)
    const damaged: Uint8Array[] = []
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = new Uint8Array(whole)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      damaged.push(flipped)
    }
    for (let end = 0; end < whole.length; end++) damaged.push(whole.subarray(0, end))
    damaged.push(new Uint8Array([...whole, 0]))
    for (const each of damaged) {
      await writeFile(files.newest, each)
      expect(await new CheckpointFiles(folder, true).read()).toEqual(Buffer.from(bytes(1)))
    }
    expect(warn).toHaveBeenCalledTimes(damaged.length)
    // What is damaged never takes the place of what is whole.
    await files.read()
    await files.write(bytes(3))
    expect(await files.read()).toEqual(Buffer.from(bytes(3)))
    await writeFile(files.newest, 'damaged')
    expect(await files.read()).toEqual(Buffer.from(bytes(1)))
    await writeFile(files.previous, 'damaged')
    await expect(files.read()).rejects.toThrow(/the checkpoint is damaged/)
  })

  test('whatever fails, one is whole', async () => {
    const files = new CheckpointFiles(folder, true)
    await files.write(bytes(1))
    await files.write(bytes(2))
    for (let cut = 0; cut <= 72; cut++) {
      const write = async (to: string, all: Uint8Array): Promise<void> => {
        await writeFile(to, all.subarray(0, cut))
        throw new Error('ENOSPC')
      }
      await expect(files.write(bytes(9), { write, rename })).rejects.toThrow('ENOSPC')
      expect(await files.read()).toEqual(Buffer.from(bytes(2)))
    }
    for (const failing of [0, 1]) {
      let renames = 0
      const disk = {
        write: writeFile,
        rename: async (from: string, to: string): Promise<void> => {
          if (renames++ === failing) throw new Error('EIO')
          await rename(from, to)
        },
      }
      await expect(files.write(bytes(9), disk)).rejects.toThrow('EIO')
      // After the second failure the newest one is already where the previous one is.
      expect(await new CheckpointFiles(folder, true).read()).toEqual(Buffer.from(bytes(2)))
    }
    await files.write(bytes(3))
    expect(await files.read()).toEqual(Buffer.from(bytes(3)))
    expect((await readdir(folder)).sort()).toEqual(['newest.checkpoint', 'previous.checkpoint'])
  })

  test('deleted, they and their folder are gone, but nothing of others', async () => {
    const files = new CheckpointFiles(join(folder, 'a', 'b'), false)
    expect(await files.read()).toBeNull()
    await files.write(bytes(1))
    await files.write(bytes(2))
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['newest.checkpoint'])
    await writeFile(join(folder, 'a', 'b', 'other'), '')
    await files.delete()
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['other'])
    await rm(join(folder, 'a', 'b', 'other'))
    await files.delete()
    await files.delete()
    expect(await readdir(join(folder, 'a'))).toEqual([])
  })
})

class Crash extends Error {}

function crashBefore(step: number): callbacks.Callback {
  let steps = 0
  return new callbacks.LambdaCallback({
    onTrainBatchBegin: () => {
      if (steps++ === step) throw new Crash()
    },
  })
}

interface Setup {
  readonly make: () => Sequential
  readonly callbacks: () => readonly callbacks.Callback[]
  readonly x?: readonly unknown[]
}

/** Runs whole, and crashed at every step and resumed; the ends must be equal. */
async function checkResumes({ make, callbacks: others, x }: Setup): Promise<void> {
  const run = async (seed: number, more: readonly callbacks.Callback[]): Promise<unknown> => {
    setSeed(seed)
    const model = make()
    const { history } = await model.fit((x ?? count(8)) as number[][], count(8), {
      ...{ epochs: 3, batchSize: 2, verbose: 0, shuffle: x === undefined },
      callbacks: [...more, ...others()],
    })
    return { history, weights: model.weights.map((each) => each.arraySync()) }
  }
  const backup = (): BackupAndRestore => new BackupAndRestore({ backupDir: folder, saveFreq: 1 })
  const whole = await run(1, [])
  for (let step = 1; step < 12; step++) {
    await expect(run(1, [backup(), crashBefore(step)])).rejects.toThrow(Crash)
    // A callback of the same kind: it has no state.
    expect(await run(2, [backup(), crashBefore(99)]), `after ${step} steps`).toEqual(whole)
  }
}

/** Reports the mean of what it gets. */
class Level extends Layer {
  static override readonly className: string = 'Level'
  override call(x: Tensor): Tensor {
    this.addMetric(mean(x), { name: 'level' })
    return mul(x, 1)
  }
}

const noisyLine = (): Sequential => {
  // Its shapes are known with the first batch only.
  const model = new Sequential([new Dense({ units: 3 }), new Dropout({ rate: 0.4 }), new Dense({ units: 1 })])
  model.compile({ optimizer: new PlainSGD(0.002, 0.5), loss: 'mse', metrics: ['mae'] })
  return model
}

describe('a run that goes on', () => {
  test('keeps the rates of callbacks', () =>
    checkResumes({
      make: noisyLine,
      callbacks: () => [new callbacks.LearningRateScheduler({ schedule: (_, rate) => rate * 0.7 })],
    }))

  test('keeps what callbacks watch', () =>
    checkResumes({
      make: noisyLine,
      callbacks: () => [
        new callbacks.ReduceLROnPlateau({ monitor: 'loss', patience: 1, minDelta: 1e3, cooldown: 1 }),
        new callbacks.EarlyStopping({ monitor: 'mae', patience: 2, minDelta: 1e3, restoreBestWeights: true }),
        new callbacks.TerminateOnNaN({ policy: 'rollBack' }),
      ],
    }))

  test('keeps the number of batches since a checkpoint of the model, and its best value', async () => {
    const kept: string[] = []
    const keep = (): callbacks.Callback =>
      new callbacks.ModelCheckpoint({
        ...{ monitor: 'loss', saveFreq: 3, saveWeightsOnly: true, saveBestOnly: true },
        sink: (_, { epoch, batch }) => void kept.push(`${epoch}/${batch}`),
      })
    await noisyLine().fit(count(8), count(8), { ...silent, seed: 1, callbacks: [keep()] })
    const whole = kept.splice(0)
    expect(whole.length).toBeGreaterThan(0)
    await checkResumes({ make: noisyLine, callbacks: () => [keep()] })
  })

  test('keeps the running losses of several outputs and what layers report', async () => {
    const run = async (seed: number, more: readonly callbacks.Callback[]): Promise<unknown> => {
      setSeed(seed)
      const x = input({ shape: [1] })
      const hidden = new Dropout({ rate: 0.3 }).apply(new Level({}).apply(new Dense({ units: 3 }).apply(x)))
      const outputs = ['a', 'b'].map((name) => new Dense({ units: 1, name }).apply(hidden))
      const model = new Model({ inputs: x, outputs })
      const optimizer = new PlainSGD(0.002)
      model.compile({ optimizer, loss: ['mse', 'mae'], metrics: { a: ['mae'], b: ['mse'] } })
      const options = { epochs: 2, batchSize: 2, verbose: 0, callbacks: more } as const
      const { history } = await model.fit(count(8), [count(8), count(8)], options)
      return { history, weights: model.weights.map((each) => each.arraySync()) }
    }
    const backup = (): BackupAndRestore => new BackupAndRestore({ backupDir: folder, saveFreq: 1 })
    const whole = await run(1, [])
    for (const step of [1, 3, 4, 6]) {
      await expect(run(1, [backup(), crashBefore(step)])).rejects.toThrow(Crash)
      expect(await run(2, [backup()]), `after ${step} steps`).toEqual(whole)
    }
  })

  test('keeps the states of layers that remember', () =>
    checkResumes({
      make: () => {
        const model = new Sequential([
          new GRU({ units: 2, stateful: true, dropout: 0.3, seed: 5 }),
          new Dense({ units: 1 }),
        ])
        model.compile({ optimizer: new PlainSGD(0.01), loss: 'mse' })
        return model
      },
      callbacks: () => [],
      x: Array.from({ length: 8 }, (_, i) => [[i / 8], [1 - i / 8]]),
    }))
})

const silent = { epochs: 2, batchSize: 2, verbose: 0 } as const

describe('BackupAndRestore', () => {
  test('deletes checkpoints at the end, or keeps them', async () => {
    const backupDir = join(folder, 'run')
    await line().fit(count(4), count(4), { ...silent, callbacks: [new BackupAndRestore({ backupDir })] })
    expect(await readdir(folder)).toEqual([])
    const keep = { backupDir, deleteCheckpoint: false } as const
    await line().fit(count(4), count(4), { ...silent, callbacks: [new BackupAndRestore(keep)] })
    expect((await readdir(backupDir)).sort()).toEqual(['newest.checkpoint', 'previous.checkpoint'])
    // What has ended goes on with more epochs.
    const more = { ...silent, epochs: 3, callbacks: [new BackupAndRestore(keep)] }
    const { epoch } = await line().fit(count(4), count(4), more)
    expect(epoch).toEqual([0, 1, 2])
  })

  test('refuses checkpoints of other models, callbacks and data', async () => {
    const backup = (): BackupAndRestore =>
      new BackupAndRestore({ backupDir: folder, deleteCheckpoint: false, saveFreq: 1 })
    const crashed = line().fit(count(8), count(8), { ...silent, callbacks: [backup(), crashBefore(3)] })
    await expect(crashed).rejects.toThrow(Crash)
    const others = [backup(), new callbacks.EarlyStopping({ monitor: 'loss' })]
    await expect(line().fit(count(8), count(8), { ...silent, callbacks: others })).rejects.toThrow(
      /other callbacks/,
    )
    const wide = new Sequential([new Dense({ units: 2, inputShape: [1] }), new Dense({ units: 1 })])
    wide.compile({ optimizer: new PlainSGD(), loss: 'mse' })
    const before = wide.weights.map((each) => each.arraySync())
    await expect(wide.fit(count(8), count(8), { ...silent, callbacks: [backup()] })).rejects.toThrow(
      /other weights/,
    )
    expect(wide.weights.map((each) => each.arraySync())).toEqual(before)
    await expect(line().fit(count(2), count(2), { ...silent, callbacks: [backup()] })).rejects.toThrow(
      /other data/,
    )
    await new CheckpointFiles(folder, true).write(new TextEncoder().encode('not a checkpoint'))
    await expect(line().fit(count(8), count(8), { ...silent, callbacks: [backup()] })).rejects.toThrow(
      /safetensors/,
    )
  })

  test('does not save what is not finite', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const breaks = new callbacks.LambdaCallback({
      onEpochEnd: (epoch) => {
        if (epoch === 1) model.setWeights(model.weights.map((each) => mul(each, Number.NaN)))
      },
    })
    const model = line()
    const backup = new BackupAndRestore({ backupDir: folder, deleteCheckpoint: false })
    await model.fit(count(4), count(4), { ...silent, callbacks: [backup, breaks] })
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('not finite'))
    expect(await readdir(folder)).toEqual(['newest.checkpoint'])
  })

  test('options of the wrong kind', () => {
    expect(() => new BackupAndRestore({ backupDir: '' })).toThrow(/not the name of a folder/)
    expect(() => new BackupAndRestore({ backupDir: 'a', saveFreq: 0 })).toThrow(/saveFreq/)
    expect(() => new BackupAndRestore({ backupDir: 'a', doubleCheckpoint: 1 as never })).toThrow(
      /doubleCheck/,
    )
    expect(() => new BackupAndRestore({ backupDir: 'a', path: 'b' } as never)).toThrow(/path/)
  })
})
