import { ArgumentError, closestName, type Tensor, type Variable } from '@tapegrad/core'
import { isNestedCall } from '../engine/call-context.ts'
import { type AnyLayer, Layer } from '../engine/layer.ts'
import type { MaskOf, ShapeOf, SymbolicShape, Tensors } from '../engine/symbolic-tensor.ts'
import { formatSummary, type SummaryRow } from './summary.ts'

/** What a model is besides something that can be trained: layers, shapes, a summary. */
export abstract class ModelBase<I extends Tensors = Tensor, O extends Tensors = Tensor> extends Layer<I, O> {
  static override readonly className: string = 'Model'
  override supportsMasking = true
  protected override readonly isContainer: boolean = true

  /** The layers of the model, not those inside of them. */
  get layers(): readonly AnyLayer[] {
    return this.sublayers
  }

  /** The shape of the input; the size of the batch is null. */
  get inputShape(): ShapeOf<I> {
    if (this.buildInputShape !== null) return this.buildInputShape
    throw new ArgumentError('the model is not built, and its shapes are not known yet', {
      op: `${this.className}.inputShape`,
      hint: 'apply it to a tensor, call build(inputShape), or declare inputShape on the first layer',
    })
  }

  /** The shape of the output; the size of the batch is null. */
  get outputShape(): ShapeOf<O> {
    return this.computeOutputShape(this.inputShape)
  }

  // A layer's own call builds the layers inside; what comes from outside has to try the call out.
  override build(inputShape: ShapeOf<I>): void {
    if (!isNestedCall()) this.inferOutputShape(inputShape)
  }

  /** The layers inside have given the output its mask. */
  override computeMask(_inputs: I, _mask: MaskOf<I>): MaskOf<O> | null {
    return null
  }

  /**
   * Finds a layer by its name or position.
   *
   * @throws {@link ArgumentError} when there is none.
   * @example
   * ```ts
   * model.getLayer('dense_1').trainable = false
   * ```
   */
  getLayer(nameOrIndex: string | number): AnyLayer {
    const { layers } = this
    const found =
      typeof nameOrIndex === 'number'
        ? layers.at(nameOrIndex)
        : layers.find((layer) => layer.name === nameOrIndex)
    if (found !== undefined) return found
    const names = layers.map(({ name }) => name)
    const closest = typeof nameOrIndex === 'string' ? closestName(nameOrIndex, names) : undefined
    throw new ArgumentError('the model has no such layer', {
      op: 'getLayer',
      received: { layer: nameOrIndex },
      expected: `one of ${names.join(', ')}`,
      ...(closest === undefined ? {} : { hint: `did you mean ${closest}?` }),
    })
  }

  /**
   * Prints the layers, their output shapes and numbers of parameters.
   *
   * @param options `print` gets the text. Default: console.log.
   * @see https://keras.io/api/models/model/
   * @example
   * ```ts
   * model.summary({ print: (text) => document.body.append(text) })
   * ```
   */
  summary({ print = console.log }: { readonly print?: (text: string) => void } = {}): void {
    print(
      formatSummary(this.name, this.summaryRows(), {
        trainable: this.trainableWeights,
        nonTrainable: this.nonTrainableWeights,
        optimizer: this.optimizerVariables(),
      }),
    )
  }

  /** The state of the optimizer, for the summary. */
  protected optimizerVariables(): readonly Variable[] {
    return []
  }

  /** The lines of the summary. */
  protected summaryRows(): readonly SummaryRow[] {
    return this.layers.map((layer) => summaryRow(layer, null))
  }
}

/** A layer's line of the summary. */
export function summaryRow(layer: AnyLayer, outputShape: SymbolicShape | null): SummaryRow {
  const { name, className, weights, built } = layer
  return { name, className, outputShape, weights, built }
}
