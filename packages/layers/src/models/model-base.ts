import {
  ArgumentError,
  type Config,
  checkOptionNames,
  closestName,
  type DType,
  type Tensor,
  type Variable,
} from '@tapegrad/core'
import { isNestedCall } from '../engine/call-context.ts'
import { type Graph, makeGraph } from '../engine/graph.ts'
import { type AnyLayer, type CallOptions, Layer } from '../engine/layer.ts'
import type { LayerOptions } from '../engine/layer-options.ts'
import { asList, isList, likeInput } from '../engine/lists.ts'
import { graphShapes, runGraph } from '../engine/run-graph.ts'
import type {
  MaskOf,
  ShapeOf,
  SymbolicFor,
  SymbolicOf,
  SymbolicShape,
  SymbolicTensor,
  Tensors,
} from '../engine/symbolic-tensor.ts'
import { type SerializedObject, serializeObject } from '../saving/serializable.ts'
import { functionalConfig } from './functional-config.ts'
import { connectionsOf, isLinear, outputShapesOf } from './graph-rows.ts'
import { checkSummaryOptions, formatSummary, type SummaryOptions, type SummaryRow } from './summary.ts'

/** The options of a functional model: what leads from the inputs to the outputs becomes the model. */
export interface FunctionalOptions<I extends Tensors = Tensors, O extends Tensors = Tensors> {
  /** Symbolic tensors: what `input()` returns, or any that layers returned. */
  readonly inputs: SymbolicFor<I>
  /** Symbolic tensors that were computed from the inputs. */
  readonly outputs: SymbolicFor<O>
  /** Default: `functional` with a number. */
  readonly name?: string
  /** Whether optimizers change the weights. Default: true. */
  readonly trainable?: boolean
}

/** What a model is besides something that can be trained: layers, shapes, a summary. */
export abstract class ModelBase<I extends Tensors = Tensor, O extends Tensors = Tensor> extends Layer<I, O> {
  static override readonly className: string = 'Model'
  override supportsMasking = true
  protected override readonly isContainer: boolean = true

  readonly #graph: Graph | null
  readonly #takesList: boolean
  readonly #returnsList: boolean

  constructor(options: LayerOptions | FunctionalOptions<I, O> = {}, ownOptionNames: readonly string[] = []) {
    super(isFunctional(options) ? withoutTensors(options) : options, ownOptionNames)
    const { inputs, outputs } = options as { readonly inputs: Symbols; readonly outputs: Symbols }
    this.#takesList = isFunctional(options) && isList<SymbolicTensor>(inputs)
    this.#returnsList = isFunctional(options) && isList<SymbolicTensor>(outputs)
    this.#graph = isFunctional(options)
      ? makeGraph(this.className, asList<SymbolicTensor>(inputs), asList<SymbolicTensor>(outputs))
      : null
    if (this.#graph === null) return
    const shapes = this.#graph.inputs.map(({ shape }) => shape)
    const specs = shapes.map((shape) => ({ shape }))
    this.inputSpec = this.#takesList ? specs : specs[0]!
    this.build(likeInput(shapes, this.#takesList) as ShapeOf<I>)
  }

  /** The calls that a functional model consists of; null for other models. */
  get graph(): Graph | null {
    return this.#graph
  }

  override get sublayers(): readonly AnyLayer[] {
    return this.#graph === null ? super.sublayers : this.#graph.layers
  }

  /** The symbolic input of a functional model; else that of the only call on symbolic tensors. */
  override get input(): SymbolicOf<I> {
    if (this.#graph === null) return super.input
    return likeInput(this.#graph.inputs, this.#takesList) as SymbolicOf<I>
  }

  /** The symbolic output of a functional model; else that of the only call on symbolic tensors. */
  override get output(): SymbolicOf<O> {
    if (this.#graph === null) return super.output
    return likeInput(this.#graph.outputs, this.#returnsList) as SymbolicOf<O>
  }

  /** The names of a functional model's outputs: those of their layers. Other models' outputs have none. */
  get outputNames(): readonly string[] {
    return (this.#graph?.outputs ?? []).map(({ call, name }) => call?.layer.name ?? name)
  }

  /** The symbolic inputs as a list. */
  get inputs(): readonly SymbolicTensor[] {
    return asList<SymbolicTensor>(this.input)
  }

  /** The symbolic outputs as a list. */
  get outputs(): readonly SymbolicTensor[] {
    return asList<SymbolicTensor>(this.output)
  }

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
    if (this.#graph === null && !isNestedCall()) this.inferOutputShape(inputShape)
  }

  /** Makes the calls of a functional model. Sub-classes override it with what they compute. */
  override call(inputs: I, { mask }: CallOptions<I>): O {
    if (this.#graph === null) {
      throw new ArgumentError('the class does not say what it computes', {
        op: `${this.className}.call`,
        hint: 'override call(x, { training, mask }), or make a functional model: new Model({ inputs, outputs })',
      })
    }
    const masks = (this.#takesList ? mask : [mask]) as readonly (Tensor | null)[]
    const outputs = runGraph(this.#graph, asList<Tensor>(inputs), masks)
    return likeInput(outputs, this.#returnsList) as O
  }

  override computeOutputShape(inputShape: ShapeOf<I>): ShapeOf<O> {
    if (this.#graph === null) return super.computeOutputShape(inputShape)
    const shapes = (this.#takesList ? inputShape : [inputShape]) as readonly SymbolicShape[]
    return likeInput(graphShapes(this.#graph, shapes), this.#returnsList) as ShapeOf<O>
  }

  protected override outputDTypes(): readonly DType[] | null {
    return this.#graph === null ? null : this.#graph.outputs.map(({ dtype }) => dtype)
  }

  override getConfig(): Config {
    if (this.#graph === null) return super.getConfig()
    const { name, trainable } = this
    const { input, output } = this
    return { name, trainable, ...functionalConfig(this.#graph, input, output) }
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
   * Prints the layers, their output shapes and numbers of parameters; of functional models with branches also what
   * the layers are connected to.
   *
   * @param options `print` gets the text (default: console.log); `expandNested`, `showTrainable`, `lineLength`.
   * @throws {@link ArgumentError} for unknown options and values of the wrong kind.
   * @see https://keras.io/api/models/model/
   * @example
   * ```ts
   * model.summary({ print: (text) => document.body.append(text) })
   * ```
   */
  summary(options: SummaryOptions = {}): void {
    checkSummaryOptions(options)
    const { print = console.log, expandNested = false } = options
    const rows = expandNested ? this.#expandedRows(0) : this.summaryRows()
    const totals = {
      trainable: this.trainableWeights,
      nonTrainable: this.nonTrainableWeights,
      optimizer: this.optimizerVariables(),
    }
    print(formatSummary(this.name, rows, totals, options))
  }

  /** The architecture as Keras writes it, for `modelFromJSON`; `JSON.stringify(model)` makes the text of it. */
  toJSON(): SerializedObject {
    return serializeObject('keras', this)
  }

  #expandedRows(depth: number): readonly SummaryRow[] {
    const layers = new Map(this.layers.map((layer) => [layer.name, layer]))
    return this.summaryRows().flatMap((row) => {
      const layer: unknown = layers.get(row.name)
      const inner = layer instanceof ModelBase ? layer.#expandedRows(depth + 1) : []
      return [{ ...row, depth }, ...inner]
    })
  }

  /** The state of the optimizer, for the summary. */
  protected optimizerVariables(): readonly Variable[] {
    return []
  }

  /** The lines of the summary. */
  protected summaryRows(): readonly SummaryRow[] {
    if (this.#graph === null) return this.layers.map((layer) => summaryRow(layer, null))
    const connections = isLinear(this.#graph) ? null : connectionsOf(this.#graph)
    const shapes = outputShapesOf(this.#graph)
    return this.#graph.layers.map((layer) => ({
      ...summaryRow(layer, shapes.get(layer) ?? null),
      ...(connections === null ? {} : { connectedTo: connections.get(layer) ?? [] }),
    }))
  }
}

/** A layer's line of the summary. */
export function summaryRow(layer: AnyLayer, outputShape: SummaryRow['outputShape']): SummaryRow {
  const { name, className, weights, built, trainable } = layer
  return { name, className, outputShape, weights, built, trainable }
}

/** Whether the options ask for a functional model. */
export function isFunctional(options: object): options is FunctionalOptions {
  return 'inputs' in options || 'outputs' in options
}

type Symbols = SymbolicTensor | readonly SymbolicTensor[]

function withoutTensors({ inputs: _inputs, outputs: _outputs, ...others }: FunctionalOptions): LayerOptions {
  checkOptionNames('Model', others, ['name', 'trainable'])
  return others
}
