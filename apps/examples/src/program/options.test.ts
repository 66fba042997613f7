import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

const defaults = { epochs: 8, minimum: 0.5 }

test('what is not given is as by default', () => {
  expect(readOptions(defaults, [])).toEqual(defaults)
  expect(readOptions(defaults, ['--epochs', '3'])).toEqual({ epochs: 3, minimum: 0.5 })
  expect(readOptions(defaults, ['--minimum=0.25', '--epochs=0'])).toEqual({ epochs: 0, minimum: 0.25 })
})

test.each([
  [['--epochs', 'many'], /--epochs is not a number of at least 0: many/],
  [['--epochs', ''], /--epochs is not a number/],
  [['--epochs=-1'], /--epochs is not a number of at least 0: -1/],
  [['--epoch', '3'], /epoch/],
])('refuses %j', (args, message) => {
  expect(() => readOptions(defaults, args)).toThrow(message)
})
