import { cpuBackend } from '@tapegrad/backend-cpu'
import { grad, mul, setBackend, sum, type Tensor, tensor, type Variable } from '@tapegrad/core'
import {
  Dense,
  Layer,
  type losses,
  type metrics,
  Sequential,
  type SymbolicShape,
  saveModel,
} from '@tapegrad/layers'
import { loadModel } from '@tapegrad/layers/node'

setBackend(cpuBackend())

class Scale extends Layer {
  static readonly className: string = 'Scale'
  factor!: Variable
  override build(inputShape: SymbolicShape): void {
    this.factor = this.addWeight({ name: 'factor', shape: [inputShape.at(-1) ?? 1], initializer: 'ones' })
  }
  override call(x: Tensor): Tensor {
    return mul(x, this.factor)
  }
}

const model = new Sequential([new Scale({ inputShape: [2] }), new Dense({ units: 1 })])
const x = tensor([[1, 2]])
export const gradients: readonly Tensor[] = grad(() => sum(model.apply(x)))(model.trainableVariables)
export const bytes: Promise<Uint8Array> = saveModel(model)
export const copy = loadModel('model.safetensors')
export type Loss = losses.MeanSquaredError
export type Metric = metrics.Mean

// @ts-expect-error: units are a number
new Dense({ units: '8' })
