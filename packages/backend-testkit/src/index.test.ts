import { ArgumentError, type Backend, extendBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { cases, groups, type KitOptions } from './index.ts'
import { expectFailure } from './kit/expect-failure.ts'
import { testBackend } from './vitest.ts'

const reference = (): Backend => referenceBackend()

test('every group has cases, and every case a name of its own', () => {
  const all = cases()
  for (const group of groups) expect(all.filter((entry) => entry.group === group).length).toBeGreaterThan(0)
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  expect(cases({ groups: ['random'] })).toEqual(
    all.filter(({ group }) => group === 'random').map(({ name }) => expect.objectContaining({ name })),
  )
})

describe('refuses', () => {
  const bad: readonly [string, unknown, RegExp][] = [
    ['no object', null, /cases: the options are not an object/],
    [
      'an unknown option',
      { sample: 3 },
      /the option is unknown.\n {2}sample: 3\n {2}expected: one of samples, seed/,
    ],
    ['no samples', { samples: 0 }, /samples is not a whole number of at least 1/],
    ['half a sample', { samples: 2.5 }, /samples is not/],
    ['a seed that is no integer', { seed: Number.NaN }, /seed is not a whole number/],
    ['an unknown group', { groups: ['matmull'] }, /there is no such group/],
    ['one group', { groups: 'matmul' }, /groups is not an array/],
    ['a negative tolerance', { tolerance: { relative: -1 } }, /the tolerance is not made of sizes/],
    ['an infinite tolerance', { tolerance: { absolute: Infinity } }, /the tolerance is not made of sizes/],
    ['another tolerance', { tolerance: { ulp: 3 } }, /the tolerance is not made of sizes/],
    ['a number as tolerance', { tolerance: 1e-3 }, /tolerance is not an object/],
    ['shrink that is no boolean', { shrink: 'no' }, /shrink is not a boolean/],
    ['allocated that is no function', { allocated: 3 }, /allocated is not a function/],
    ['a list of skips', { skip: 'erf' }, /skip is not an object/],
    ['a skip without a reason', { skip: { erf: '' } }, /a case is skipped without a reason/],
    ['a skip of true', { skip: { erf: true } }, /a case is skipped without a reason/],
    [
      'a skip of nothing that exists',
      { skip: { erff: 'inaccurate' } },
      /skip names a case that does not exist/,
    ],
  ]
  test.each(bad)('%s', (_name, options, message) => {
    expect(() => cases(options as KitOptions)).toThrow(ArgumentError)
    expect(() => cases(options as KitOptions)).toThrow(message)
    expect(() => testBackend('refused', reference, options as KitOptions)).toThrow(message)
  })

  test('a report that is neither wanted nor not', () => {
    expect(() => testBackend('refused', reference, { report: 'yes' as never })).toThrow(
      /testBackend: report is not a boolean/,
    )
  })

  test('a backend in place of a function that makes it', () => {
    expect(() => testBackend('refused', reference() as never)).toThrow(
      /testBackend: the backend is not made by a function/,
    )
  })
})

describe('a case that is known to fail', () => {
  const [erf] = cases({ samples: 2, shrink: false }).filter(({ name }) => name === 'erf')
  const skip = { erf: 'accurate to two digits' }
  const known = (): ReturnType<typeof cases> => cases({ samples: 2, shrink: false, skip })
  const inaccurate = (): Backend => {
    const backend = referenceBackend()
    return extendBackend(backend, {
      unary: (op, x, out) => {
        backend.unary(op, x, out)
        if (op === 'erf')
          out.storage.handle.forEach((value, i, data) => (data[i] = Math.round(value * 100) / 100))
      },
    })
  }

  test('fails when it passes', async () => {
    const entry = known().find(({ name }) => name === 'erf')!
    await expect(entry.run(reference())).rejects.toThrow(
      'erf is skipped (accurate to two digits), but it passes: take it out of the list of known failures',
    )
    await expect(expectFailure(erf!, 'no reason').run(reference())).rejects.toThrow(/but it passes/)
  })

  test('passes while it fails, and the others stay as they are', async () => {
    await expect(erf!.run(inaccurate())).rejects.toThrow(/^erf of bool: the result is wrong in/)
    const entries = known().filter(({ name }) => name === 'erf' || name === 'log')
    for (const { run } of entries) await run(inaccurate())
  })
})

// Runs what a backend's author writes: one case is known to fail, one is irrelevant.
const small = referenceBackend({ maxInt: 2 ** 24 })
testBackend('a small backend', () => small, { samples: 1, groups: ['elementwise-binary'] })

test('a failure shows the op, the numbers, the arguments and how to see it again', async () => {
  const backend = referenceBackend()
  const wrong = extendBackend(backend, {
    binary: (op, a, b, out) => backend.binary(op === 'sub' ? 'add' : op, a, b, out),
  })
  const run = (options: KitOptions): Promise<string> =>
    cases(options)
      .find(({ name }) => name === 'sub')!
      .run(wrong)
      .then(
        () => '',
        (error: Error) => error.message,
      )
  const message = await run({})
  expect(message).toMatch(/^sub of bool: the result is wrong in \d+ of \d+ elements, first at \[/)
  expect(message).toMatch(/expected: -?[\d.]+ \(float32\[\]\)\n {2}received: -?[\d.]+\n {2}tolerance: /)
  expect(message).toMatch(
    /input 0: bool\[\], strides \[\], offset 0\n {2}attributes: .*\n {2}backend: reference/,
  )
  expect(message).toMatch(/seed: \d+, path "[\d:]+"/)
  expect(await run({})).toBe(message)
  expect(await run({ seed: 2 })).not.toBe(message)
})

test('the tolerance of the author lets more pass, but not everything', async () => {
  const backend = referenceBackend()
  const rough = extendBackend(backend, {
    unary: (op, x, out) => {
      backend.unary(op, x, out)
      if (out.dtype === 'float32')
        out.storage.handle.forEach((value, i, data) => (data[i] = value * (1 + 1e-4)))
    },
  })
  const sqrt = (options: KitOptions): Promise<void> =>
    cases({ samples: 5, shrink: false, ...options })
      .find(({ name }) => name === 'sqrt')!
      .run(rough)
  await expect(sqrt({})).rejects.toThrow(/sqrt of/)
  await expect(sqrt({ tolerance: { relative: 1e-5 } })).rejects.toThrow(/sqrt of/)
  await sqrt({ tolerance: { relative: 2e-4 } })
  const [neg] = cases({ samples: 5, shrink: false, tolerance: { relative: 2e-4 } })
  await expect(neg!.run(rough)).rejects.toThrow(/neg of float32/)
})
