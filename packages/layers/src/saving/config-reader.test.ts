import { type Config, SerializationError } from '@tapegrad/core'
import { describe, expect, test } from 'vitest'
import { ConfigReader } from './config-reader.ts'

const reader = (config: unknown): ConfigReader => new ConfigReader('Thing', config as Config)

describe('entries', () => {
  test('are given as they are, or what stands for them', () => {
    const read = reader({
      rate: 0.5,
      units: 3,
      flag: false,
      text: 'a',
      mode: 'sum',
      dims: [2, 1],
      shape: [null, 4],
      dtype: { class_name: 'DTypePolicy', config: { name: 'float64' } },
      nothing: null,
    })
    expect(read.number('rate')).toBe(0.5)
    expect(read.integer('units')).toBe(3)
    expect(read.boolean('flag')).toBe(false)
    expect(read.string('text')).toBe('a')
    expect(read.oneOf('mode', ['sum', 'mean'])).toBe('sum')
    expect(read.integers('dims')).toEqual([2, 1])
    expect(read.shape('shape')).toEqual([null, 4])
    expect(read.dtype('dtype', 'float32')).toBe('float64')
    expect(read.json('nothing')).toBeNull()
    expect(read.number('missing', 7)).toBe(7)
    expect(read.string('nothing', null)).toBeNull()
    read.done()
  })

  test.each<[string, (read: ConfigReader) => unknown, RegExp]>([
    ['missing', (read) => read.number('gone'), /Thing: the config lacks an entry[\s\S]*gone/],
    ['a text for a number', (read) => read.number('text'), /wrong kind[\s\S]*a finite number/],
    ['a fraction for a whole number', (read) => read.integer('half'), /a whole number/],
    ['null where it is not allowed', (read) => read.boolean('nothing', true), /true or false/],
    ['a number for a text', (read) => read.string('half'), /a text/],
    ['none of the texts', (read) => read.oneOf('text', ['sum', 'mean']), /one of "sum", "mean"/],
    ['a fraction in a list', (read) => read.integers('list'), /a list of whole numbers/],
    ['a text in a shape', (read) => read.shape('mixed'), /whole numbers and nulls/],
    ['an unknown dtype', (read) => read.dtype('text', 'float32'), /float32 or float64/],
    ['something unsupported', (read) => read.unsupported('half'), /not supported/],
    ['what everything inherits', (read) => read.json('toString'), /lacks an entry/],
  ])('%s', (_, ask, message) => {
    const read = reader({ text: 'a', half: 0.5, nothing: null, list: [1, 0.5], mixed: [1, 'a'] })
    expect(() => ask(read)).toThrow(SerializationError)
    expect(() => ask(read)).toThrow(message)
  })
})

test('entries that nobody asked for are refused', () => {
  const read = reader({ unit: 3 })
  expect(read.integer('units', 1)).toBe(1)
  expect(() => read.done()).toThrow(/unknown entry "unit"[\s\S]*did you mean units\?/)
  const long = reader({ ['k'.repeat(1e6)]: 'v'.repeat(1e6) })
  expect(() => long.done()).toThrow(/^.{0,300}$/s)
  const own = reader(JSON.parse('{"__proto__":1}'))
  expect(() => own.done()).toThrow(/unknown entry "__proto__"/)
})

test('entries without a counterpart may have the neutral value', () => {
  const read = reader({ sparse: false, ragged: null, optional: 5 })
  read.unsupported('sparse', false)
  read.unsupported('ragged', false)
  read.unsupported('absent')
  read.ignore('optional')
  read.done()
})

test.each([[null], [[1]], [3], ['a'], [undefined]])('%j is no config', (config) => {
  expect(() => reader(config)).toThrow(/config is not an object/)
})
