import { readdirSync, readFileSync } from 'node:fs'
import * as core from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { transformWithOxc } from 'vite'
import { expect, test } from 'vitest'
import * as optimizers from './index.ts'

core.setBackend(referenceBackend())

const examples = ['', 'schedules/'].flatMap((folder) =>
  readdirSync(new URL(`./${folder}`, import.meta.url))
    .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
    .flatMap((name) => {
      const text = readFileSync(new URL(`./${folder}${name}`, import.meta.url), 'utf8')
      return [...text.matchAll(/@example\n *\* ```ts\n([^`]*)```/g)].map((match, i) => ({
        title: `${folder}${name} ${i + 1}`,
        code: match[1]!.replaceAll(/^ *\* ?/gm, ''),
      }))
    }),
)

test('every class has an example', () => {
  const exported: object[] = [...Object.values(optimizers), ...Object.values(optimizers.schedules)]
  const names = exported.flatMap((each) =>
    'className' in each && typeof each.className === 'string' ? [each.className] : [],
  )
  expect(names).toHaveLength(19)
  for (const className of names) {
    expect(examples.some(({ code }) => new RegExp(`new (schedules\\.)?${className}\\(`).test(code))).toBe(
      true,
    )
  }
})

test.each(examples.filter(({ code }) => !code.includes('static ')))('$title runs', async ({ code }) => {
  const { CosineDecay, ExponentialDecay } = optimizers.schedules
  const json = optimizers.schedules.serialize(new CosineDecay({ initialLearningRate: 0.1, decaySteps: 9 }))
  const scope = { ...core, ...optimizers, w: core.variable([1, 2]), MySchedule: ExponentialDecay }
  const serialized = code.includes('const json') ? {} : { json }
  const names = Object.entries({ ...scope, ...serialized })
  const program = await transformWithOxc(`{${code}}`, 'example.ts', { target: 'es2022' })
  expect(() =>
    new Function(...names.map(([name]) => name), program.code)(...names.map(([, value]) => value)),
  ).not.toThrow()
})
