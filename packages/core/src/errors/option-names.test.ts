import { expect, test } from 'vitest'
import { ArgumentError } from './index.ts'
import { checkOptionNames, closestName } from './option-names.ts'

test('known names pass, none at all too', () => {
  expect(() => checkOptionNames('Dense', { units: 3 }, ['units', 'useBias'])).not.toThrow()
  expect(() => checkOptionNames('Dense', {}, [])).not.toThrow()
})

test('an unknown name is refused, with the closest known one', () => {
  const wrong = (): void => checkOptionNames('Dense', { use_bias: true }, ['units', 'useBias'])
  expect(wrong).toThrow(ArgumentError)
  expect(wrong).toThrow(
    /Dense: unknown option "use_bias"[\s\S]*one of units, useBias[\s\S]*did you mean useBias\?/,
  )
  expect(() => checkOptionNames('fit', { zzzzzz: 1 }, ['epochs'])).not.toThrow(/did you mean/)
})

test.each([null, 3, 'units', [3]])('%j is no options object', (options) => {
  expect(() => checkOptionNames('Dense', options, ['units'])).toThrow(/Dense: the options are not an object/)
})

test('the closest name is found by letters, and not where nothing is close', () => {
  expect(closestName('learning_rate', ['momentum', 'learningRate'])).toBe('learningRate')
  expect(closestName('dens', ['Dense', 'Dropout'])).toBe('Dense')
  expect(closestName('lr', ['name', 'learningRate'])).toBe('learningRate')
  expect(closestName('d', ['Dense', 'Dropout'])).toBeUndefined()
  expect(closestName('xyz', ['Dense', 'Dropout'])).toBeUndefined()
  expect(closestName('d'.repeat(1_000_000), ['Dense'])).toBeUndefined()
})
