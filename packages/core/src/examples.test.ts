import { readdirSync, readFileSync } from 'node:fs'
import { transformWithOxc } from 'vite'
import { beforeEach, expect, test } from 'vitest'
import type { Backend } from './backend/backend.ts'
import * as core from './index.ts'
import { referenceBackend } from './reference/index.ts'

/*
 * The examples of the foundations run, and give what they say: `expression // [1, 2]`. The ops' own are tested with
 * the ops.
 */

interface Example {
  readonly name: string
  readonly code: string
}

function examplesOf(folder: string): Example[] {
  const url = new URL(`./${folder}/`, import.meta.url)
  return readdirSync(url)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) =>
      [...readFileSync(new URL(file, url), 'utf8').matchAll(/@example\n *\* ```ts\n([^`]*)```/g)].map(
        ([, text], i) => ({
          name: `${folder}/${file} ${i + 1}`,
          code: text!
            .split('\n')
            .map((line) => line.replace(/^ *\* ?/, ''))
            .join('\n'),
        }),
      ),
    )
}

const examples = ['tensor', 'memory', 'autodiff', 'backend', 'errors', 'random'].flatMap(examplesOf)

/** A line that says what it gives, as a check: what stands before ` // ` and a value. */
const claim =
  /^(?:const (?<name>\w+) = )?(?<expression>[^\n]+?) \/\/ (?<value>\[.*\]|-?[\d.]+|true)(?:: .*)?$/

function withChecks(code: string): { code: string; claims: number } {
  let claims = 0
  const lines = code.split('\n').map((line) => {
    const match = claim.exec(line)
    if (match === null) return line
    claims++
    const { name, expression, value } = match.groups!
    if (name !== undefined) return `${line}\nclaims.push([${name}, ${value}])`
    return `claims.push([${expression!.replace(/^console\.log\((.*)\)$/, '$1')}, ${value}])`
  })
  const runnable = lines.filter((line) => !line.startsWith('import '))
  // Node 20 has no `using`.
  return { code: runnable.join('\n').replaceAll(/^using /gm, 'const '), claims }
}

/** What the examples take from around them. */
function surroundings(): Record<string, unknown> {
  const w = core.variable([0.5])
  return {
    backend: referenceBackend(),
    otherBackend: referenceBackend(),
    cpuBackend: referenceBackend,
    referenceBackend,
    launch: () => undefined,
    console: { log: () => undefined },
    loss: (y: core.Tensor) => core.sum(y),
    model: { apply: (y: core.Tensor) => core.mul(y, w), trainableVariables: [w] },
  }
}

function valuesOf(result: unknown): unknown {
  return result instanceof core.Tensor ? result.arraySync() : result
}

beforeEach(() => core.setBackend(referenceBackend() as Backend))

test('there are examples, and most say what comes of them', () => {
  expect(examples.length).toBeGreaterThan(25)
  expect(examples.filter(({ code }) => withChecks(code).claims > 0).length).toBeGreaterThan(7)
})

test.each(examples)('$name', async ({ code: text }) => {
  const { code, claims: count } = withChecks(text)
  const { code: js } = await transformWithOxc(`async function run() {\n${code}\n}`, 'example.ts')
  const claims: [unknown, unknown][] = []
  const { x, ...around } = { x: core.tensor([[1, 2]]), ...surroundings() }
  const names = { ...core, ...around, ...(/\bx = /.test(code) ? {} : { x }), claims }
  const make = new Function(...Object.keys(names), `${js}\nreturn run`)
  await make(...Object.values(names))()
  expect(claims).toHaveLength(count)
  for (const [actual, expected] of claims) expect(valuesOf(actual)).toEqual(expected)
})
