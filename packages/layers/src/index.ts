export * as activations from './activations/index.ts'
export * as callbacks from './callbacks/index.ts'
export * as constraints from './constraints/index.ts'
export { Dataset, type DatasetBatchOptions } from './data/dataset.ts'
export type { Batched } from './data/elements.ts'
export type { Columns, ElementSource, RowOf } from './data/sources.ts'
export type { CallArgument, CallArguments, SymbolicArguments } from './engine/call-arguments.ts'
export type { ConstraintLike, InitializerLike, RegularizerLike } from './engine/contracts.ts'
export { Input, InputLayer, type InputOptions, input } from './engine/input-layer.ts'
export type { InputSpec } from './engine/input-spec.ts'
export {
  type AnyLayer,
  type ApplyOptions,
  type CallOptions,
  Layer,
  type SymbolicApplyOptions,
} from './engine/layer.ts'
export { type LayerOptions, readLayerOptions } from './engine/layer-options.ts'
export { getMask, setMask } from './engine/masks.ts'
export {
  type MaskOf,
  type ShapeOf,
  type SymbolicCall,
  type SymbolicOf,
  type SymbolicShape,
  SymbolicTensor,
  type Tensors,
} from './engine/symbolic-tensor.ts'
export type { WeightOptions } from './engine/weights.ts'
export * as initializers from './initializers/index.ts'
export * from './layers/index.ts'
export * as losses from './losses/index.ts'
export * as metrics from './metrics/index.ts'
export { type AnyModel, Functional, Model } from './models/model.ts'
export type { FunctionalOptions } from './models/model-base.ts'
export { type PlotModelOptions, plotModel } from './models/plot-model.ts'
export { Sequential, type SequentialOptions } from './models/sequential.ts'
export type { SummaryOptions } from './models/summary.ts'
export * as regularizers from './regularizers/index.ts'
export { cloneModel } from './saving/clone-model.ts'
export { ConfigReader } from './saving/config-reader.ts'
export { type LoadModelOptions, loadModel } from './saving/load-model.ts'
export { modelFromJSON } from './saving/model-from-json.ts'
export { saveModel } from './saving/save-model.ts'
export {
  registerSerializable,
  type Serializable,
  type SerializableClass,
  type SerializableFunction,
  type SerializedObject,
} from './saving/serializable.ts'
export { type LoadWeightsOptions, loadWeights, saveWeights } from './saving/weights-file.ts'
export type { AbortSignalLike } from './training/abort-signal.ts'
export type { Batch, WeightsOf } from './training/batch.ts'
export type { BatchOptions } from './training/batch-runs.ts'
export type { ClassWeight } from './training/class-weight.ts'
export type {
  CompileOptions,
  LossOption,
  MetricOption,
  MetricOptions,
  PerOutput,
} from './training/compile-options.ts'
export type { LossFunction, LossLike, MetricLike, Predictions, Weighting } from './training/contracts.ts'
export type { DataValues, SamplesOf, WeightValues } from './training/data.ts'
export type { EvaluateOptions } from './training/evaluate.ts'
export type { FitOptions, ValidationData } from './training/fit-options.ts'
export type { BatchIterable, BatchValues } from './training/iterable-source.ts'
export type { PredictOptions } from './training/predict.ts'
export type { Verbose } from './training/run-options.ts'
export type { RunningState } from './training/running-state.ts'
export type { DataPosition, TrainingPosition, TrainingState } from './training/training-state.ts'
