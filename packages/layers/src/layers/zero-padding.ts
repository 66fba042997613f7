import { type DataFormat, pad, type Tensor } from '@tapegrad/core'
import type { LayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { MarginLayer } from './margins.ts'

/** What layers that add zeros at the ends of spatial axes have in common. */
export abstract class ZeroPadding extends MarginLayer {
  constructor(
    options: LayerOptions & { readonly dataFormat?: DataFormat },
    padding: unknown,
    spatial: number,
  ) {
    const { dataFormat } = options
    super(options, ['padding', 'dataFormat'], { name: 'padding', value: padding, spatial, dataFormat })
  }

  override call(x: Tensor): Tensor {
    return pad(x, this.allMargins())
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return this.changedShape(inputShape, (side, [before, after]) => before + side + after)
  }
}
