import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { count, line } from '../testing/test-models.ts'
import { CSVLogger, loadWeights, ModelCheckpoint, saveWeights } from './index.ts'
import { fillPath } from './path-template.ts'
import { writeFileSafely } from './write-file.ts'

setBackend(referenceBackend())

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapegrad-callbacks-'))
})
afterEach(() => rm(folder, { recursive: true }))

const silent = { verbose: 0 } as const

test('numbers in paths', () => {
  const values = new Map([
    ['epoch', 3],
    ['val_loss', 0.12345],
    ['__proto__', 7],
  ])
  expect(fillPath('{epoch:02d}-{val_loss:.2f}.x', values)).toBe('03-0.12.x')
  expect(fillPath('{epoch}/{val_loss:.1e}/{__proto__:4d}', values)).toBe('3/1.2e-1/   7')
  expect(() => fillPath('{batch}', values)).toThrow(/a number that there is not/)
  expect(() => fillPath('{toString}', values)).toThrow(/a number that there is not/)
  expect(() => fillPath('{epoch:x}', values)).toThrow(/a format that is not known/)
})

describe('ModelCheckpoint', () => {
  test('writes files, and makes their folders', async () => {
    const model = line()
    model.compile({ optimizer: new PlainSGD(0.01), loss: 'mse' })
    const keep = new ModelCheckpoint({ path: join(folder, 'run/{epoch:02d}.x'), saveWeightsOnly: true })
    await model.fit(count(4), count(4), { epochs: 2, callbacks: [keep], ...silent })
    expect((await readdir(join(folder, 'run'))).sort()).toEqual(['01.x', '02.x'])
    const copy = line()
    expect(await loadWeights(copy, join(folder, 'run/02.x'))).toEqual([])
    expect(copy.weights.map((each) => each.arraySync())).toEqual(
      model.weights.map((each) => each.arraySync()),
    )
  })

  test('options of the wrong kind', async () => {
    expect(() => new ModelCheckpoint({ path: '' })).toThrow(/the path is no text/)
    expect(() => new ModelCheckpoint({ path: 'a', sink: () => undefined } as never)).toThrow(/sink/)
    const keep = new ModelCheckpoint({ path: join(folder, '{none}'), saveWeightsOnly: true })
    await expect(line().fit(count(2), count(2), { callbacks: [keep], ...silent })).rejects.toThrow(
      /a number that there is not/,
    )
  })
})

describe('CSVLogger', () => {
  const run = (options: { readonly append?: boolean }): Promise<unknown> =>
    line().fit(count(2), count(2), {
      callbacks: [new CSVLogger({ path: join(folder, 'log.csv'), ...options })],
      epochs: 2,
      ...silent,
    })

  test('replaces a file, or goes on in it', async () => {
    await run({})
    await run({})
    const lines = async (): Promise<string[]> =>
      (await readFile(join(folder, 'log.csv'), 'utf8')).split('\r\n').map((each) => each.split(',')[0]!)
    expect(await lines()).toEqual(['epoch', '0', '1', ''])
    await run({ append: true })
    expect(await lines()).toEqual(['epoch', '0', '1', '0', '1', ''])
    await rm(join(folder, 'log.csv'))
    await run({ append: true })
    expect(await lines()).toEqual(['epoch', '0', '1', ''])
  })

  test('a line that was cut off ends; other columns are refused', async () => {
    await writeFile(join(folder, 'log.csv'), 'epoch,loss,val_loss\r\n0,0.')
    await run({ append: true })
    const text = await readFile(join(folder, 'log.csv'), 'utf8')
    expect(text.split('\r\n').slice(0, 2)).toEqual(['epoch,loss,val_loss', '0,0.'])
    await writeFile(join(folder, 'log.csv'), 'epoch,accuracy\r\n')
    await expect(run({ append: true })).rejects.toThrow(/the file has other columns/)
  })

  test('options of the wrong kind', () => {
    expect(() => new CSVLogger({ path: 1 as never })).toThrow(/the path is no text/)
    expect(() => new CSVLogger({ path: 'a', append: 1 as never })).toThrow(/neither true nor false/)
    expect(() => new CSVLogger({ path: 'a', separator: '::' })).toThrow(/the separator is not a character/)
  })
})

test('whatever fails, the file that was there stays, and nothing else is left', async () => {
  const path = join(folder, 'weights')
  await saveWeights(line(), path)
  const before = await readFile(path)
  const bytes = new Uint8Array(64)
  const failing = (stage: 'write' | 'rename', cut: number): Promise<void> =>
    writeFileSafely(path, bytes, {
      write: async (to, all) => {
        await writeFile(to, all.subarray(0, cut))
        if (stage === 'write') throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      },
      rename: async () => {
        throw new Error('EIO')
      },
    })
  for (let cut = 0; cut <= bytes.length; cut++) {
    await expect(failing('write', cut)).rejects.toThrow('no space left')
  }
  await expect(failing('rename', bytes.length)).rejects.toThrow('EIO')
  expect(await readFile(path)).toEqual(before)
  expect(await readdir(folder)).toEqual(['weights'])
})
