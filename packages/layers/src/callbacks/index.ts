export { type BatchLogs, Callback, type CallbackParams, type CallbackState, type Logs } from './callback.ts'
export { CSVLogger, type CSVLoggerOptions } from './csv-logger.ts'
export { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.ts'
export { History } from './history.ts'
export { LambdaCallback, type LambdaCallbackOptions } from './lambda-callback.ts'
export { LearningRateScheduler, type LearningRateSchedulerOptions } from './learning-rate-scheduler.ts'
export {
  type CheckpointInfo,
  type CheckpointOptions,
  type CheckpointSink,
  ModelCheckpoint,
  type ModelCheckpointOptions,
} from './model-checkpoint.ts'
export { MonitorCallback, type MonitorOptions } from './monitor-callback.ts'
export { ProgressBar, type ProgressBarOptions } from './progress-bar.ts'
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduce-lr-on-plateau.ts'
export { SwapEMAWeights, type SwapEMAWeightsOptions } from './swap-ema-weights.ts'
export type { Terminal } from './terminal.ts'
export { TerminateOnNaN, type TerminateOnNaNOptions } from './terminate-on-nan.ts'
