import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import * as core from '../index.ts'
import { referenceBackend } from '../reference/index.ts'

/** A line of an example that says what it gives: `sqrt(tensor([4])) // [2]`. */
interface Claim {
  readonly file: string
  /** The lines before it. */
  readonly setup: string
  readonly expression: string
  readonly result: string
}

const folder = new URL('.', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.includes('test'))
const examples = files.flatMap((file) =>
  [...readFileSync(new URL(file, folder), 'utf8').matchAll(/@example\n \* ```ts\n([^`]*)```/g)].map(
    (match) => ({
      file,
      lines: match[1]!.split('\n').map((line) => line.replace(/^ \* ?/, '').trim()),
    }),
  ),
)

function claimsOf({ file, lines }: (typeof examples)[number]): Claim[] {
  const claims: Claim[] = []
  let setup = ''
  for (const line of lines) {
    const [code, result] = line.split(' // ') as [string, string | undefined]
    const declared = /^const [^=]+ = (.*)$/.exec(code)
    if (result !== undefined) claims.push({ file, setup, expression: declared?.[1] ?? code, result })
    if (declared !== null) setup += `${code}\n`
  }
  return claims
}

const claims = examples.flatMap(claimsOf)

/** Nested arrays of what an expression gave. */
function valuesOf(result: unknown): unknown {
  if (result instanceof core.Tensor) return result.arraySync()
  return Array.isArray(result) ? result.map(valuesOf) : result
}

/** Half a unit of the last digit of each number in a text. */
function tolerancesOf(text: string): number[] {
  return [...text.matchAll(/\d+(?:\.(\d+))?(?:e(-?\d+))?/g)].map(
    ([, fraction = '', exponent = '0']) => 0.5 * 10 ** (Number(exponent) - fraction.length),
  )
}

function numbersIn(values: unknown): number[] {
  return [values].flat(Number.POSITIVE_INFINITY).filter((value) => typeof value === 'number')
}

const withoutNumbers = (values: unknown): string =>
  JSON.stringify(values).replaceAll(/-?[\d.]+(?:e-?\d+)?/g, '0')

test('every example says what comes of it', () => {
  const silent = examples.filter((example) => claimsOf(example).length === 0).map(({ file }) => file)
  expect(silent).toEqual([])
  expect(claims.length).toBeGreaterThan(files.length / 2)
})

test.each(claims)('$file: $expression', async ({ setup, expression, result }) => {
  setBackend(referenceBackend())
  const body = `return (async () => {${setup}return (${expression})})()`
  const run = new Function(...Object.keys(core), body)
  const actual = valuesOf(await run(...Object.values(core)))
  const several = result.split(' and ').map((part): unknown => JSON.parse(part))
  const expected = several.length > 1 ? several : several[0]
  expect(withoutNumbers(actual)).toBe(withoutNumbers(expected))
  const tolerances = tolerancesOf(result)
  numbersIn(actual).forEach((value, i) => {
    const difference = Math.abs(value - numbersIn(expected)[i]!)
    expect(difference).toBeLessThanOrEqual(tolerances[i]! * (1 + 1e-6))
  })
})
