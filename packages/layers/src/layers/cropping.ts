import { type DataFormat, ShapeError, slice, type Tensor } from '@tapegrad/core'
import type { LayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { type Margin, MarginLayer } from './margins.ts'

/** What layers that take elements off the ends of spatial axes have in common. */
export abstract class Cropping extends MarginLayer {
  constructor(
    options: LayerOptions & { readonly dataFormat?: DataFormat },
    ownOptionNames: readonly string[],
    cropping: unknown,
    spatial: number,
  ) {
    const { dataFormat } = options
    super(options, ownOptionNames, { name: 'cropping', value: cropping, spatial, dataFormat })
  }

  override call(x: Tensor): Tensor {
    const ends = this.computeOutputShape(x.shape) as readonly number[]
    return slice(
      x,
      this.allMargins().map(([before], axis) => [before, before + ends[axis]!]),
    )
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return this.changedShape(inputShape, (side, margin) => this.#rest(inputShape, side, margin))
  }

  #rest(inputShape: SymbolicShape, side: number, [before, after]: Margin): number {
    const rest = side - before - after
    if (rest > 0 || before + after === 0) return rest
    throw new ShapeError('cropping leaves nothing of an axis', {
      op: this.className,
      received: { inputShape, cropping: this.margins },
      expected: 'less in total than the size of each axis',
    })
  }
}
