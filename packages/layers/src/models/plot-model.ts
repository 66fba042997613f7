import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import { needsOf } from '../engine/graph.ts'
import type { AnyLayer } from '../engine/layer.ts'
import type { SymbolicTensor } from '../engine/symbolic-tensor.ts'
import { type AnyModel, Model } from './model.ts'
import { plotMermaid } from './plot-mermaid.ts'
import { type Plot, plotSVG } from './plot-svg.ts'
import { Sequential } from './sequential.ts'
import { formatShapes } from './summary.ts'

export interface PlotModelOptions {
  /** An SVG image, or a flowchart as Mermaid reads it. Default: svg. */
  readonly format?: 'svg' | 'mermaid'
  /** Whether boxes say the shapes of inputs and outputs. Default: false. */
  readonly showShapes?: boolean
  /** Whether boxes say the dtype that layers compute in. Default: false. */
  readonly showDType?: boolean
  /** Whether boxes say the names of layers. Default: false. */
  readonly showLayerNames?: boolean
  /** Whether boxes say which layers are trained. Default: false. */
  readonly showTrainable?: boolean
  /** From the top to the bottom, or from the left to the right. Default: TB. */
  readonly rankdir?: 'TB' | 'LR'
}

const switches = ['showShapes', 'showDType', 'showLayerNames', 'showTrainable'] as const

/**
 * A drawing of a model: a box for each layer, and arrows along which tensors go.
 *
 * A sub-classed model is one box: what its `call` does is not known.
 *
 * @returns The text of an SVG image, or of a Mermaid flowchart.
 * @throws {@link ArgumentError} for something that is not a model, unknown options and values of the wrong kind.
 * @see https://keras.io/api/utils/model_plotting_utils/
 * @example
 * ```ts
 * plotModel(model, { format: 'mermaid', showShapes: true })
 * ```
 */
export function plotModel(model: AnyModel, options: PlotModelOptions = {}): string {
  checkOptions(model, options)
  const { format = 'svg', rankdir: direction = 'TB' } = options
  const { layers, edges } = graphOf(model)
  const plot: Plot = { boxes: layers.map((layer) => linesOf(layer, options)), edges, direction }
  return format === 'svg' ? plotSVG(plot) : plotMermaid(plot)
}

interface LayerGraph {
  readonly layers: readonly AnyLayer[]
  readonly edges: Plot['edges']
}

function graphOf(model: AnyModel): LayerGraph {
  if (model.graph !== null) return functionalGraph(model)
  if (!(model instanceof Sequential) || model.layers.length === 0) return { layers: [model], edges: [] }
  const first = model.inputLayer
  const layers = [...(first === null ? [] : [first]), ...model.layers]
  return { layers, edges: layers.slice(1).map((_, i) => [i, i + 1]) }
}

/** One edge between two layers, however many tensors go along it. */
function functionalGraph({ graph }: AnyModel): LayerGraph {
  const { inputs, inputLayers, calls, layers } = graph!
  const makers = new Map<SymbolicTensor, AnyLayer>()
  inputs.forEach((x, i) => {
    makers.set(x, inputLayers[i]!)
  })
  const edges = new Map<string, readonly [number, number]>()
  const positions = new Map(layers.map((layer, i) => [layer, i] as const))
  for (const call of calls) {
    const to = positions.get(call.layer)!
    for (const x of needsOf(call)) {
      const from = positions.get(makers.get(x)!)!
      if (from !== to) edges.set(`${from} ${to}`, [from, to])
    }
    for (const x of call.outputs) if (!makers.has(x)) makers.set(x, call.layer)
  }
  return { layers, edges: [...edges.values()] }
}

function linesOf(layer: AnyLayer, options: PlotModelOptions): readonly string[] {
  const { showShapes, showDType, showLayerNames, showTrainable } = options
  const title = showLayerNames === true ? `${layer.name} (${layer.className})` : layer.className
  return [
    title,
    ...(showDType === true ? [`dtype: ${layer.dtype}`] : []),
    ...(showShapes === true ? shapeLines(layer) : []),
    ...(showTrainable === true && layer.weights.length > 0 ? [layer.trainable ? 'trainable' : 'frozen'] : []),
  ]
}

function shapeLines(layer: AnyLayer): readonly string[] {
  const { buildInputShape } = layer
  if (buildInputShape === null) return ['not built']
  const oneLine = (text: string): string => text.replaceAll('\n', ' ')
  return [
    `in: ${oneLine(formatShapes(buildInputShape))}`,
    `out: ${oneLine(formatShapes(layer.computeOutputShape(buildInputShape)))}`,
  ]
}

function checkOptions(model: unknown, options: PlotModelOptions): void {
  const op = 'plotModel'
  const fail = (what: string, received: Readonly<Record<string, unknown>>, expected: string): never => {
    throw new ArgumentError(what, { op, received, expected })
  }
  if (!(model instanceof Model)) fail('this is not a model', { model }, 'a model')
  checkOptionNames(op, options, ['format', 'rankdir', ...switches])
  const { format = 'svg', rankdir = 'TB' } = options
  if (format !== 'svg' && format !== 'mermaid') fail('unknown format', { format }, "'svg' or 'mermaid'")
  if (rankdir !== 'TB' && rankdir !== 'LR') fail('unknown rankdir', { rankdir }, "'TB' or 'LR'")
  for (const name of switches) {
    if (options[name] !== undefined && typeof options[name] !== 'boolean')
      fail(`${name} is not a boolean`, { [name]: options[name] }, 'true or false')
  }
}
