import {
  type Config,
  ConfigReader,
  Layer,
  type LayerOptions,
  readLayerOptions,
  type SymbolicShape,
  type Tensor,
  type Variable,
} from 'tapegrad'
import { snake } from '../custom-op/snake.ts'

/** The op `snake` with a frequency that is learned for each feature: the weight `alpha`, [features], starts at 1. */
export class SnakeActivation extends Layer {
  static override readonly className: string = 'SnakeActivation'
  override supportsMasking = true
  #alpha!: Variable

  constructor(options: LayerOptions = {}) {
    super(options)
    this.inputSpec = { minNdim: 2 }
  }

  static fromConfig(config: Config): SnakeActivation {
    const read = new ConfigReader('SnakeActivation', config)
    const options = readLayerOptions(read)
    read.done()
    return new SnakeActivation(options)
  }

  override build(inputShape: SymbolicShape): void {
    this.#alpha = this.addWeight({ name: 'alpha', shape: [inputShape.at(-1)!], initializer: 'ones' })
  }

  override call(x: Tensor): Tensor {
    return snake(x, this.#alpha)
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }
}
