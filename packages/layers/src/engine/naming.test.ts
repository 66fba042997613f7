import { expect, test } from 'vitest'
import { resetNames, toSnakeCase, uniqueName } from './naming.ts'

test.each([
  ['Dense', 'dense'],
  ['RepeatVector', 'repeat_vector'],
  ['ActivityRegularization', 'activity_regularization'],
  ['Conv2DTranspose', 'conv2d_transpose'],
  ['LSTM', 'lstm'],
  ['GRUCell', 'gru_cell'],
  ['meanSquaredError', 'mean_squared_error'],
  ['kl_divergence', 'kl_divergence'],
  ['My-Layer', 'my_layer'],
])('%s becomes %s', (name, expected) => {
  expect(toSnakeCase(name)).toBe(expected)
})

test('takes linear time', () => {
  expect(toSnakeCase('aA'.repeat(1e5))).toHaveLength(3e5)
})

test('names count from the bare one on, and anew after a reset', () => {
  resetNames()
  expect([uniqueName('a'), uniqueName('a'), uniqueName('b'), uniqueName('a')]).toEqual([
    'a',
    'a_1',
    'b',
    'a_2',
  ])
  resetNames()
  expect(uniqueName('a')).toBe('a')
})
