import { ArgumentError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { count, line } from '../testing/test-models.ts'
import { Callback, type CallbackState } from './callback.ts'
import { EarlyStopping } from './early-stopping.ts'
import { History } from './history.ts'
import { ModelCheckpoint } from './model-checkpoint.ts'
import { ReduceLROnPlateau } from './reduce-lr-on-plateau.ts'
import { SwapEMAWeights } from './swap-ema-weights.ts'
import { TerminateOnNaN } from './terminate-on-nan.ts'

setBackend(referenceBackend())

const kinds: readonly (readonly [string, () => Callback])[] = [
  ['EarlyStopping', () => new EarlyStopping()],
  ['ReduceLROnPlateau', () => new ReduceLROnPlateau()],
  ['ModelCheckpoint', () => new ModelCheckpoint({ sink: () => undefined })],
  ['TerminateOnNaN', () => new TerminateOnNaN({ policy: 'rollBack' })],
  ['History', () => new History()],
]

describe.each(kinds)('the state of %s', (_, make) => {
  test('is that of the callback it is given to, and JSON can hold it', () => {
    const state = make().getState()!
    const copy = make()
    copy.setState({ ...state, values: JSON.parse(JSON.stringify(state.values)) as CallbackState['values'] })
    expect(copy.getState()).toEqual(state)
  })

  test('is refused where entries are missing or of the wrong kind', () => {
    const { values } = make().getState()!
    for (const key of Object.keys(values)) {
      const { [key]: _left, ...others } = values
      for (const wrong of [others, { ...others, [key]: 'x' }, { ...others, [key]: { a: 1 } }]) {
        expect(() => make().setState({ values: wrong })).toThrow(ArgumentError)
      }
    }
  })
})

test('numbers that are not finite come back', () => {
  const history = new History()
  history.onEpochEnd(0, { loss: Number.NaN, ['__proto__']: 2, a: Number.NEGATIVE_INFINITY })
  const copy = new History()
  const { values } = history.getState()
  copy.setState({ values: JSON.parse(JSON.stringify(values)) as CallbackState['values'] })
  expect(copy.epoch).toEqual([0])
  expect(Object.entries(copy.history)).toEqual(Object.entries(history.history))
})

test('tensors of a state stay those of the one who gave it', () => {
  const swap = new SwapEMAWeights()
  using weight = tensor([1, 2])
  swap.setState({ values: {}, tensors: [weight] })
  const [kept] = swap.getState().tensors!
  expect(kept).not.toBe(weight)
  expect(kept!.arraySync()).toEqual([1, 2])
  swap.onTrainEnd()
  expect(() => kept!.arraySync()).toThrow(/after dispose/)
  expect(weight.arraySync()).toEqual([1, 2])
})

test('callbacks that run last come after the others, and see them', async () => {
  const order: string[] = []
  class Noting extends Callback {
    override readonly runsLast: boolean
    readonly name: string
    constructor(name: string, runsLast: boolean) {
      super()
      this.name = name
      this.runsLast = runsLast
    }
    override onEpochEnd(): void {
      order.push(this.name)
      expect(this.params.callbacks!.indexOf(this)).toBeGreaterThanOrEqual(0)
    }
  }
  const model = line()
  model.compile({ optimizer: new PlainSGD(0.01), loss: 'mse' })
  const last = new Noting('last', true)
  const { history } = await model.fit(count(2), count(2), {
    verbose: 0,
    callbacks: [last, new Noting('a', false), new Noting('b', false)],
  })
  expect(order).toEqual(['a', 'b', 'last'])
  expect(last.params.callbacks!.at(-1)).toBe(last)
  expect(history.loss).toHaveLength(1)
})
