import { setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { SimpleRNN } from '../layers/index.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'

setBackend(referenceBackend())

test('layers that remember see the first batch of fit once', async () => {
  const rnn = new SimpleRNN({ units: 2, stateful: true })
  const model = new Sequential([rnn])
  model.compile({ optimizer: new PlainSGD(0), loss: 'mse' })
  const x = tensor([[[0.5], [1]]])
  await model.fit(x, tensor([[1, 2]]), { verbose: 0 })
  const after = rnn.states!.map((each) => each.arraySync())
  rnn.resetState()
  model.apply(x)
  expect(after).toEqual(rnn.states!.map((each) => each.arraySync()))
})
