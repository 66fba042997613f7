import {
  ArgumentError,
  type Config,
  checkOptionNames,
  type DType,
  type FloatDType,
  type Json,
  SerializationError,
  type Tensor,
} from '@tapegrad/core'
import { isNestedCall, runForShapes } from '../engine/call-context.ts'
import { InputLayer } from '../engine/input-layer.ts'
import { type AnyLayer, type CallOptions, Layer } from '../engine/layer.ts'
import { type SymbolicShape, SymbolicTensor, type Tensors } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import {
  type CustomObjects,
  deserializeObject,
  type SerializableClass,
  serializeObject,
  withCustomObjects,
} from '../saving/serializable.ts'
import { Functional, Model } from './model.ts'
import { summaryRow } from './model-base.ts'
import type { SummaryRow } from './summary.ts'

export interface SequentialOptions {
  readonly name?: string
  readonly dtype?: FloatDType
  readonly trainable?: boolean
}

/**
 * A stack of layers, each with one input and one output.
 *
 * Where the first layer declares the shape of its input, weights are made at once; else with the first data.
 *
 * @see https://keras.io/api/models/sequential/
 * @example
 * ```ts
 * const model = new Sequential([
 *   new Dense({ units: 32, activation: 'relu', inputShape: [16] }),
 *   new Dense({ units: 1 }),
 * ])
 * model.outputShape // [null, 1]
 * ```
 */
export class Sequential extends Model {
  static override readonly className: string = 'Sequential'
  readonly #layers: AnyLayer[] = []
  readonly #names: Set<string> = new Set()
  #input: InputLayer | null = null
  /** What the layers return for the declared input: `output` of each. */
  readonly #symbols: SymbolicTensor[] = []
  #outputDType: DType | null = null

  /**
   * @param layers Layers, of which the first may be an `InputLayer` or what `input()` returns.
   * @throws {@link ArgumentError} for something that is not a layer, and for two layers of one name.
   */
  constructor(layers: readonly (AnyLayer | Layer | SymbolicTensor)[] = [], options: SequentialOptions = {}) {
    if (!Array.isArray(layers)) {
      throw new ArgumentError('the layers are not a list', {
        op: 'Sequential',
        received: { layers },
        hint: 'new Sequential([layer, …])',
      })
    }
    checkOptionNames('Sequential', options, ['name', 'dtype', 'trainable'])
    super(options)
    this.inputSpec = {}
    for (const layer of layers) this.#append(layer as AnyLayer)
    this.#buildWhereDeclared()
  }

  /**
   * Reads what `getConfig` returned.
   *
   * @param options `customObjects`: the layers' classes and functions by name, where the config went through a file
   * and they are not registered: `{ Dense }`. `loadModel` knows those of this package.
   * @throws {@link SerializationError} for layers that are not known, and entries of the wrong kind.
   */
  static fromConfig(
    config: Config,
    { customObjects = {} }: { readonly customObjects?: CustomObjects } = {},
  ): Sequential {
    const read = new ConfigReader('Sequential', config)
    const name = read.string('name', null)
    const options = {
      ...(name === null ? {} : { name }),
      trainable: read.boolean('trainable', true),
      dtype: read.dtype('dtype', 'float32'),
    }
    const inputShape = read.shape('build_input_shape', null)
    const layers = read.json('layers')
    if (!Array.isArray(layers)) throw read.error('the layers are not a list', 'layers')
    read.done()
    return withCustomObjects(customObjects, () => {
      const made: Layer[] = []
      try {
        for (const json of layers) made.push(readLayer(json))
        const model = new Sequential(made, options)
        if (inputShape !== null) model.build(inputShape)
        return model
      } catch (error) {
        for (const layer of made) layer.dispose()
        throw error
      }
    })
  }

  /** Where the data enters, if that was declared. */
  get inputLayer(): InputLayer | null {
    return this.#input
  }

  override get input(): SymbolicTensor {
    return this.#symbols.length === 0 ? super.input : this.#input!.output
  }

  override get output(): SymbolicTensor {
    return this.#symbols.at(-1) ?? super.output
  }

  override get sublayers(): readonly AnyLayer[] {
    return this.#layers
  }

  /**
   * Appends a layer; its weights are made at once when the model's shapes are known.
   *
   * @throws {@link ArgumentError} for something that is not a layer or a name that is taken, {@link ShapeError} when the layer cannot follow the last one; the model is as it was then.
   * @example
   * ```ts
   * const model = new Sequential()
   * model.add(new Dense({ units: 32, inputShape: [16] }))
   * ```
   */
  add(layer: AnyLayer | Layer | SymbolicTensor): void {
    const count = this.#layers.length
    const input = this.#input
    this.#append(layer)
    try {
      if (this.built) this.#connect(this.inputShape)
      else this.#buildWhereDeclared()
    } catch (error) {
      if (this.#layers.length > count) this.pop()
      this.#input = input
      throw error
    }
  }

  /**
   * Takes the last layer off.
   *
   * @returns The layer, with its weights.
   * @throws {@link ArgumentError} when there is none.
   */
  pop(): AnyLayer {
    const layer = this.#layers.pop()
    if (layer === undefined) throw this.#empty('pop')
    this.#names.delete(layer.name)
    this.#symbols.length = Math.min(this.#symbols.length, this.#layers.length)
    return layer
  }

  override build(inputShape: SymbolicShape): void {
    if (this.#layers.length === 0) throw this.#empty('build')
    // In a call the layers build themselves, with what really comes to them.
    if (!isNestedCall()) this.#connect(inputShape)
  }

  override call(x: Tensor, { mask }: CallOptions): Tensor {
    if (this.#layers.length === 0) throw this.#empty('call')
    let output: Tensors = x
    this.#layers.forEach((layer, i) => {
      const before: Tensors = output
      output = layer.apply(before, i === 0 ? { mask } : {})
      // Gradient computations hold what they need themselves.
      if (before !== x) (before as Tensor).dispose()
    })
    return output
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    if (this.#layers.length === 0) throw this.#empty('computeOutputShape')
    return this.#outputShapes(inputShape).at(-1)!
  }

  protected override outputDTypes(): readonly DType[] | null {
    return this.#outputDType === null ? null : [this.#outputDType]
  }

  override getConfig(): Config {
    const layers = [...(this.#input === null ? [] : [this.#input]), ...this.#layers]
    return {
      ...super.getConfig(),
      layers: layers.map((layer) => serializeObject('keras.layers', layer)),
      ...(this.built ? { build_input_shape: this.inputShape } : {}),
    }
  }

  protected override summaryRows(): readonly SummaryRow[] {
    const shapes = this.built ? this.#outputShapes(this.inputShape) : []
    return this.#layers.map((layer, i) => summaryRow(layer, shapes[i] ?? null))
  }

  #append(layer: AnyLayer | Layer | SymbolicTensor): void {
    const added = layer instanceof SymbolicTensor ? layer.call?.layer : (layer as AnyLayer)
    if (!(added instanceof Layer) || (layer instanceof SymbolicTensor && !(added instanceof InputLayer))) {
      throw new ArgumentError('this is not a layer', {
        op: 'Sequential.add',
        received: { layer },
        expected: 'a layer such as new Dense({ units: 32 })',
      })
    }
    if (added instanceof InputLayer) {
      this.#declareInput(added)
      return
    }
    if (this.#names.has(added.name)) {
      throw new ArgumentError('two layers have the same name', {
        op: 'Sequential.add',
        received: { name: added.name },
        hint: 'give one of them another name',
      })
    }
    this.#names.add(added.name)
    this.#layers.push(added)
  }

  #declareInput(layer: InputLayer): void {
    if (this.#layers.length > 0 || this.#input !== null) {
      throw new ArgumentError('the input comes first and once', {
        op: 'Sequential.add',
        received: { layer: layer.name },
      })
    }
    this.#input = layer
  }

  #buildWhereDeclared(): void {
    const [first] = this.#layers
    if (first === undefined) return
    const declared =
      this.#input?.batchShape ??
      first.batchInputShape ??
      (first instanceof Model && first.built ? (first as Model).inputShape : null)
    if (declared === null) return
    this.#input ??= new InputLayer({ batchShape: declared })
    this.build(declared)
    this.inputSpec = { shape: declared }
  }

  /** Builds the layers that are not built yet, and lets them know their outputs where the input is declared. */
  #connect(inputShape: SymbolicShape): void {
    if (this.#input === null) {
      this.#outputShapes(inputShape)
      return
    }
    this.withPath(() => {
      let x = this.#symbols.at(-1) ?? this.#input!.output
      for (const layer of this.#layers.slice(this.#symbols.length)) {
        x = applyTo(layer, x)
        this.#symbols.push(x)
      }
      this.#outputDType = x.dtype
    })
  }

  /** The shapes of the outputs of all layers, which are built on the way. */
  #outputShapes(inputShape: SymbolicShape): SymbolicShape[] {
    const find = (): SymbolicShape[] => {
      let x = new SymbolicTensor(inputShape, this.#input?.inputDType ?? 'float32')
      const shapes = this.#layers.map((layer) => {
        x = applyTo(layer, x)
        return x.shape
      })
      this.#outputDType = x.dtype
      return shapes
    }
    return this.withPath(() => runForShapes(find))
  }

  #empty(op: string): ArgumentError {
    return new ArgumentError('the model has no layers', {
      op: `Sequential.${op}`,
      hint: 'pass layers to the constructor or to add()',
    })
  }
}

function readLayer(json: Json): Layer {
  const layer: unknown = deserializeObject('layer', json, containers)
  if (layer instanceof Layer) return layer
  throw new SerializationError('an object among the layers is not a layer', {
    op: 'Sequential',
    received: { object: layer },
  })
}

function applyTo(layer: AnyLayer, x: SymbolicTensor): SymbolicTensor {
  const output: unknown = layer.apply(x)
  if (output instanceof SymbolicTensor) return output
  throw new ArgumentError('a layer of a Sequential has several outputs', {
    op: 'Sequential',
    received: { layer: layer.name },
  })
}

/** The classes that a stack knows by itself; others are found by registration, `customObjects` or their loader. */
const containers: ReadonlyMap<string, SerializableClass<AnyLayer>> = /* @__PURE__ */ new Map<
  string,
  SerializableClass<AnyLayer>
>([
  ['InputLayer', InputLayer],
  ['Sequential', Sequential],
  ['Functional', Functional],
])
