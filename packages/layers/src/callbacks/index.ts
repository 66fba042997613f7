export { type BatchLogs, Callback, type CallbackParams, type Logs } from './callback.ts'
export { History } from './history.ts'
export { ProgressBar, type ProgressBarOptions } from './progress-bar.ts'
export type { Terminal } from './terminal.ts'
