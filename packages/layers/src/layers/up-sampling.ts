import { type DataFormat, repeat, type Tensor } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import type { LayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { checkDataFormat, spatialAxes } from './spatial-options.ts'

/** What layers that repeat elements along spatial axes have in common. */
export abstract class UpSampling extends Layer {
  readonly dataFormat: DataFormat
  /** One for each spatial axis. */
  protected readonly factors: readonly number[]

  constructor(
    options: LayerOptions & { readonly dataFormat?: DataFormat },
    ownOptionNames: readonly string[],
    factors: readonly number[],
  ) {
    super(options, ownOptionNames)
    this.dataFormat = checkDataFormat(this.className, options.dataFormat)
    this.factors = factors
    this.inputSpec = { ndim: factors.length + 2 }
  }

  override call(x: Tensor): Tensor {
    return this.axes().reduce((y, axis, i) => repeat(y, this.factors[i]!, { axis }), x)
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const axes = this.axes()
    return inputShape.map((side, axis) => {
      const factor = this.factors[axes.indexOf(axis)] ?? 1
      return side === null ? null : side * factor
    })
  }

  /** The spatial axes. */
  protected axes(): readonly number[] {
    return spatialAxes(this.dataFormat, this.factors.length)
  }
}
