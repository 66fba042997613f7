import { add, type Config, ones, setBackend, type Tensor, tidy } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { readLayerOptions } from '../engine/layer-options.ts'
import { resetNames } from '../engine/naming.ts'
import { Dense } from '../layers/index.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { loadModel } from '../saving/load-model.ts'
import { saveModel } from '../saving/save-model.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { Affine } from '../testing/test-layers.ts'
import { type AnyModel, Model } from './model.ts'
import { Sequential } from './sequential.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

describe('sub-classes of Model', () => {
  class Net extends Model {
    readonly hidden = new Affine({ units: 3 })
    readonly out = new Affine({ units: 1 })
    override call(x: Tensor): Tensor {
      return this.out.apply(this.hidden.apply(x))
    }
  }

  test('own the layers in their properties', () => {
    const net = new Net()
    net.build([null, 2])
    expect(net.layers.map(({ name }) => name)).toEqual(['affine', 'affine_1'])
    expect(net.countParams()).toBe(13)
    expect(net.outputShape).toEqual([null, 1])
    expect(tidy(() => net.apply(ones([5, 2])).shape)).toEqual([5, 1])
  })

  test('keep the penalties of the last call when they are asked for shapes', () => {
    class Penalised extends Net {
      override call(x: Tensor): Tensor {
        this.addLoss(2)
        return super.call(x)
      }
    }
    const net = new Penalised()
    net.build([null, 2])
    expect(net.losses).toEqual([])
    net.apply(ones([5, 2]))
    expect(net.outputShape).toEqual([null, 1])
    expect(net.losses.map((term) => term.dataSync()[0])).toEqual([2])
  })

  test('train, and tell their shapes afterwards', async () => {
    const net = new Net()
    net.compile({ optimizer: new PlainSGD(0.01), loss: 'mse', metrics: ['mae'] })
    expect(() => net.inputShape).toThrow(/not built/)
    const { history } = await net.fit(
      [
        [1, 2],
        [3, 4],
      ],
      [[1], [0]],
      { epochs: 3, verbose: 0 },
    )
    expect(history.loss[2]).toBeLessThan(history.loss[0]!)
    expect([net.inputShape, net.outputShape]).toEqual([
      [null, 2],
      [null, 1],
    ])
    expect((await net.predict([[1, 2]])).shape).toEqual([1, 1])
  })

  test('can be layers of a Sequential', () => {
    const model = new Sequential([new Net(), new Affine({ units: 2 })])
    model.build([null, 4])
    expect(model.outputShape).toEqual([null, 2])
    expect(model.countParams()).toBe(15 + 4 + 4)
  })
})

describe('models of several inputs and outputs', () => {
  class Both extends Model<readonly Tensor[], readonly Tensor[]> {
    readonly left = new Affine({ units: 3 })
    readonly right = new Affine({ units: 1 })
    override call([a, b]: readonly Tensor[]): readonly Tensor[] {
      return [this.left.apply(a!), this.right.apply(b!)]
    }
  }

  test('take and return lists, and tell their shapes', () => {
    const net = new Both()
    const shapes = tidy(() => net.apply([ones([5, 2]), ones([5, 4])]).map(({ shape }) => shape))
    expect(shapes).toEqual([
      [5, 3],
      [5, 1],
    ])
    expect(net.inputShape).toEqual([
      [null, 2],
      [null, 4],
    ])
    expect(net.outputShape).toEqual([
      [null, 3],
      [null, 1],
    ])
    expect(net.countParams()).toBe(9 + 5)
  })

  test('are layers and models among others', () => {
    const nets: readonly AnyModel[] = [new Both(), new Sequential()]
    expect(nets.map(({ className }) => className)).toEqual(['Both', 'Sequential'])
  })
})

test('a sub-classed model of several inputs is built for all of them', async () => {
  class Pair extends Model<readonly Tensor[], Tensor> {
    static override readonly className: string = 'Pair'
    static fromConfig(config: Config): Pair {
      const read = new ConfigReader('Pair', config)
      const options = readLayerOptions(read)
      read.done()
      return new Pair(options)
    }
    readonly left = new Dense({ units: 2 })
    readonly right = new Dense({ units: 2 })
    override call([a, b]: readonly Tensor[]): Tensor {
      return add(this.left.apply(a!), this.right.apply(b!))
    }
  }
  const model = new Pair()
  const inputs = [ones([1, 2]), ones([1, 3])]
  const expected = model.apply(inputs).arraySync()
  const loaded: AnyModel = await loadModel(await saveModel(model), { customObjects: { Pair } })
  expect((loaded as Pair).apply(inputs).arraySync()).toEqual(expected)
})
