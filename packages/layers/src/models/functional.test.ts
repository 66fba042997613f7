import {
  ArgumentError,
  add,
  memory,
  mul,
  ones,
  ShapeError,
  setBackend,
  sum,
  type Tensor,
  tensor,
  tidy,
  valueAndGrad,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { input } from '../engine/input-layer.ts'
import { Layer } from '../engine/layer.ts'
import { getMask } from '../engine/masks.ts'
import { resetNames } from '../engine/naming.ts'
import { SymbolicTensor } from '../engine/symbolic-tensor.ts'
import { Add, Concatenate, Dense, Dropout, Embedding, Lambda } from '../layers/index.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { Model } from './model.ts'
import { Sequential } from './sequential.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

const dense = (units: number, name?: string): Dense =>
  new Dense({ units, kernelInitializer: 'ones', ...(name === undefined ? {} : { name }) })

describe('functional models', () => {
  test('take one tensor and return one', () => {
    const x = input({ shape: [2], name: 'x' })
    const model = new Model({ inputs: x, outputs: dense(1, 'last').apply(dense(3, 'first').apply(x)) })
    const y: Tensor = model.apply(tensor([[1, 2]]))
    expect(y.arraySync()).toEqual([[9]])
    expect([model.name, model.className, model.built]).toEqual(['functional', 'Functional', true])
    expect(model.layers.map(({ name }) => name)).toEqual(['x', 'first', 'last'])
    expect(model.inputShape).toEqual([null, 2])
    expect(model.outputShape).toEqual([null, 1])
    expect(model.countParams()).toBe(13)
    expect(model).toBeInstanceOf(Model)
  })

  test('take and return lists', () => {
    const [a, b] = [input({ shape: [2] }), input({ shape: [2] })]
    const total = new Add().apply([a, b])
    const model = new Model({ inputs: [a, b], outputs: [total, new Concatenate().apply([total, a])] })
    const outputs: readonly Tensor[] = model.apply([tensor([[1, 2]]), tensor([[10, 20]])])
    expect(outputs.map((y) => y.arraySync())).toEqual([[[11, 22]], [[11, 22, 1, 2]]])
    expect(model.outputShape).toEqual([
      [null, 2],
      [null, 4],
    ])
    expect(model.inputs).toEqual([a, b])
  })

  test('take a list of one where they were made so', () => {
    const x = input({ shape: [2] })
    const model = new Model({ inputs: [x], outputs: [dense(1).apply(x)] })
    expect(model.apply([ones([1, 2])]).map((y) => y.arraySync())).toEqual([[[2]]])
  })

  test('call shared layers more than once, on the same weights', () => {
    const [a, b] = [input({ shape: [2] }), input({ shape: [2] })]
    const shared = dense(1, 'shared')
    const model = new Model({ inputs: [a, b], outputs: new Add().apply([shared.apply(a), shared.apply(b)]) })
    expect(model.apply([tensor([[1, 2]]), tensor([[3, 4]])]).arraySync()).toEqual([[10]])
    expect(model.layers.map(({ name }) => name)).toEqual(['input_layer', 'input_layer_1', 'shared', 'add'])
    expect(model.weights).toHaveLength(2)
    const { grads } = valueAndGrad(() => sum(model.apply([tensor([[1, 2]]), tensor([[3, 4]])])))(
      model.weights,
    )
    expect(grads.map((grad) => grad.arraySync())).toEqual([[[4], [6]], [2]])
  })

  test('are layers of other models, and models are layers of them', () => {
    const x = input({ shape: [2] })
    const inner = new Model({ inputs: x, outputs: dense(3).apply(x), name: 'inner' })
    const y = input({ shape: [2] })
    const stack = new Sequential([dense(2)], { name: 'stack' })
    const outer = new Model({ inputs: y, outputs: stack.apply(inner.apply(inner.apply(y) && y)) })
    expect(outer.apply(ones([1, 2])).arraySync()).toEqual([[6, 6]])
    const sequential = new Sequential([inner, dense(1)])
    expect(sequential.outputShape).toEqual([null, 1])
    expect(sequential.apply(ones([1, 2])).arraySync()).toEqual([[6]])
    expect(outer.weights).toHaveLength(4)
  })

  test('can be parts of others, from any tensor to any later one', () => {
    const x = input({ shape: [2] })
    const [first, second, third] = [dense(3), dense(2), dense(1)]
    const whole = new Model({ inputs: x, outputs: third.apply(second.apply(first.apply(x))) })
    const start = new Model({
      inputs: whole.input,
      outputs: whole.getLayer('dense_1').output as SymbolicTensor,
    })
    expect(start.apply(ones([1, 2])).arraySync()).toEqual([[6, 6]])
    const end = new Model({ inputs: second.input, outputs: third.output })
    expect(end.inputShape).toEqual([null, 3])
    expect(end.layers.map(({ className }) => className)).toEqual(['InputLayer', 'Dense', 'Dense'])
    expect(end.apply(ones([1, 3])).arraySync()).toEqual([[6]])
    expect(end.weights).toEqual(whole.weights.slice(2))
  })

  test('can begin at a declared Sequential', () => {
    const stack = new Sequential([
      new Dense({ units: 3, inputShape: [2], kernelInitializer: 'ones' }),
      dense(1),
    ])
    const features = new Model({
      inputs: stack.inputs,
      outputs: stack.layers.map((layer) => layer.output as SymbolicTensor),
    })
    expect(features.apply([ones([1, 2])]).map((y) => y.arraySync())).toEqual([[[2, 2, 2]], [[6]]])
    stack.add(dense(2))
    expect(stack.output.shape).toEqual([null, 2])
    stack.pop()
    expect(stack.output.shape).toEqual([null, 1])
  })

  test('hand their inputs out under handles of their own', () => {
    const x = input({ shape: [2] })
    const y = dense(1).apply(x)
    const model = new Model({ inputs: x, outputs: [x, y, y] })
    const given = ones([1, 2])
    const outputs = model.apply(given)
    expect(new Set([given, ...outputs]).size).toBe(4)
    for (const output of outputs) output.dispose()
    expect(given.disposed).toBe(false)
  })

  test('order layers, and so weights, as Keras does: the farthest from the outputs first', () => {
    const [a, b] = [input({ shape: [2], name: 'a' }), input({ shape: [2], name: 'b' })]
    const long = dense(2, 'long2').apply(dense(2, 'long1').apply(b))
    const model = new Model({
      inputs: [a, b],
      outputs: new Add({ name: 'sum' }).apply([dense(2, 'short').apply(a), long]),
    })
    expect(model.layers.map(({ name }) => name)).toEqual(['b', 'a', 'long1', 'short', 'long2', 'sum'])
  })

  test('keep to what calls were told', () => {
    const x = input({ shape: [100] })
    const always = new Model({ inputs: x, outputs: new Dropout({ rate: 0.5 }).apply(x, { training: true }) })
    const sometimes = new Model({ inputs: x, outputs: new Dropout({ rate: 0.5 }).apply(x) })
    const zeros = (y: Tensor): number => [...y.dataSync()].filter((value) => value === 0).length
    expect(zeros(always.apply(ones([1, 100])))).toBeGreaterThan(10)
    expect(zeros(sometimes.apply(ones([1, 100])))).toBe(0)
    expect(zeros(sometimes.apply(ones([1, 100]), { training: true }))).toBeGreaterThan(10)
  })

  test('give layers the arguments of their calls, tensors among them', () => {
    class Shift extends Layer<Tensor, Tensor, { by?: Tensor }> {
      protected override readonly callArgumentNames: readonly string[] = ['by']
      override call(x: Tensor, { by }: { readonly by?: Tensor }): Tensor {
        return by === undefined ? mul(x, 1) : add(x, by)
      }
    }
    const [x, by] = [input({ shape: [2] }), input({ shape: [2] })]
    const y = new Shift().apply(x, { by: dense(2).apply(by) })
    const model = new Model({ inputs: [x, by], outputs: y })
    expect(model.apply([ones([1, 2]), tensor([[1, 2]])]).arraySync()).toEqual([[4, 4]])
    expect(() => new Model({ inputs: x, outputs: y })).toThrow(
      /depend on something that is not among the inputs/,
    )
  })

  test('take masks through', () => {
    const words = input({ shape: [3], dtype: 'int32' })
    const model = new Model({
      inputs: words,
      outputs: dense(1).apply(new Embedding({ inputDim: 5, outputDim: 2, maskZero: true }).apply(words)),
    })
    const y = model.apply(tensor([[1, 2, 0]], { dtype: 'int32' }))
    expect(getMask(y)?.arraySync()).toEqual([[true, true, false]])
  })

  test('use the mask that a call is given, or none', () => {
    const x = input({ shape: [3, 1] })
    const model = new Model({ inputs: x, outputs: dense(1).apply(x) })
    const mask = tensor([[true, false, true]])
    expect(getMask(model.apply(ones([1, 3, 1]), { mask }))?.arraySync()).toEqual([[true, false, true]])
    expect(getMask(model.apply(ones([1, 3, 1]), { mask: null }))).toBeNull()
  })

  test('know the dtype of their outputs, as stacks do', () => {
    const x = input({ shape: [2], dtype: 'float64' })
    const y = new Dense({ units: 1, dtype: 'float64' }).apply(x)
    const model = new Model({ inputs: x, outputs: y })
    const stack = new Sequential([new Dense({ units: 1, dtype: 'float64' })])
    expect([y.dtype, model.apply(x).dtype, stack.apply(x).dtype]).toEqual(['float64', 'float64', 'float64'])
  })

  test('find shapes for inputs of other sizes', () => {
    const x = input({ shape: [null, 2] })
    const model = new Model({
      inputs: x,
      outputs: new Concatenate({ axis: 1 }).apply([x, dense(2).apply(x)]),
    })
    expect(model.outputShape).toEqual([null, null, 2])
    expect(model.computeOutputShape([4, 3, 2])).toEqual([4, 6, 2])
  })

  test('dispose what nothing needs any more', () => {
    const x = input({ shape: [1000] })
    let y = x
    let most = 0
    for (let i = 0; i < 20; i++) {
      const f = (z: Tensor): Tensor => {
        most = Math.max(most, memory().tensors)
        return mul(z, 1)
      }
      y = new Lambda({ function: f }).apply(y)
    }
    const model = new Model({ inputs: x, outputs: y })
    const given = ones([1, 1000])
    const before = memory().tensors
    most = 0
    const output = model.apply(given)
    expect(most - before).toBeLessThan(6)
    output.dispose()
    expect(memory().tensors).toBe(before)
  })

  test('may be deeper than the stack', () => {
    const x = input({ shape: [1] })
    let y = x
    const layer = new Lambda({ function: (z: Tensor) => mul(z, 1), outputShape: [1] })
    for (let i = 0; i < 20_000; i++) y = layer.apply(y)
    const model = new Model({ inputs: x, outputs: y })
    expect(model.layers).toHaveLength(2)
  })

  test('train', async () => {
    const x = input({ shape: [2] })
    const hidden = new Dense({ units: 4, activation: 'tanh' }).apply(x)
    const model = new Model({ inputs: x, outputs: new Dense({ units: 1 }).apply(hidden) })
    model.compile({ optimizer: new PlainSGD(0.1), loss: 'mse' })
    const { history } = await model.fit(
      [
        [1, 2],
        [3, 4],
      ],
      [[1], [0]],
      { epochs: 5, verbose: 0 },
    )
    expect(history.loss[4]).toBeLessThan(history.loss[0]!)
  })

  test('are what sub-classes pass to super', () => {
    class Twice extends Model {
      constructor() {
        const x = input({ shape: [2] })
        super({ inputs: x, outputs: dense(1).apply(x), name: 'twice' })
      }
    }
    const model = new Twice()
    expect(tidy(() => model.apply(ones([1, 2])).arraySync())).toEqual([[2]])
    expect([model.className, model.name]).toEqual(['Twice', 'twice'])
  })
})

describe('what cannot be a functional model', () => {
  const x = input({ shape: [2], name: 'x' })

  test('has outputs of other inputs', () => {
    const other = input({ shape: [2], name: 'other' })
    const y = dense(1, 'last').apply(new Add({ name: 'sum' }).apply([x, other]))
    expect(() => new Model({ inputs: x, outputs: y })).toThrow(ArgumentError)
    expect(() => new Model({ inputs: x, outputs: y })).toThrow(/other.*sum|sum.*other/s)
    expect(() => new Model({ inputs: x, outputs: new SymbolicTensor([null], 'float32') })).toThrow(
      /not among the inputs/,
    )
  })

  test('has two layers of one name', () => {
    const y = dense(1, 'same').apply(dense(2, 'same').apply(x))
    expect(() => new Model({ inputs: x, outputs: y })).toThrow(/same name.*\n.*same/s)
  })

  test('has things that are not symbolic, or none', () => {
    const y = dense(1).apply(x)
    // @ts-expect-error a tensor
    expect(() => new Model({ inputs: x, outputs: ones([1]) })).toThrow(/not a symbolic tensor/)
    // @ts-expect-error no outputs
    expect(() => new Model({ inputs: x })).toThrow(/not a symbolic tensor/)
    expect(() => new Model({ inputs: [], outputs: y })).toThrow(/not a symbolic tensor/)
    expect(() => new Model({ inputs: [x, x], outputs: y })).toThrow(/comes twice/)
    // @ts-expect-error an unknown option
    expect(() => new Model({ inputs: x, outputs: y, nam: 'a' })).toThrow(/nam/)
  })

  test('has neither a graph nor a call', () => {
    expect(() => new Model().apply(ones([1, 2]))).toThrow(/does not say what it computes/)
  })

  test('is called on something else', () => {
    const model = new Model({ inputs: x, outputs: dense(1).apply(x) })
    expect(() => model.apply(ones([1, 3]))).toThrow(ShapeError)
    // @ts-expect-error a list
    expect(() => model.apply([ones([1, 2])])).toThrow(/one tensor, and not a list/)
  })

  test('are layers that were called never or twice, asked for their output', () => {
    const layer = dense(1)
    expect(() => layer.output).toThrow(/no output/)
    layer.apply(x)
    expect(layer.output.shape).toEqual([null, 1])
    expect(layer.input).toBe(x)
    layer.apply(x)
    expect(() => layer.output).toThrow(/more than one output/)
  })
})
