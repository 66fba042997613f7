import { type BatchLogs, Callback, type Logs } from './callback.ts'
import { findTerminal, type Terminal } from './terminal.ts'

const barLength = 20
/** Numbers are read from the device for the bar at most ten times a second. */
const shortestPause = 100

export interface ProgressBarOptions {
  /** Where the live bar is drawn. Default: the program's terminal, if it has one. */
  readonly terminal?: Terminal | null
  /** What prints whole lines. Default: console.log. */
  readonly print?: (line: string) => void
}

/**
 * Shows how far training is: a live bar on a terminal, elsewhere one line for each epoch.
 *
 * `fit` and `evaluate` add it unless `verbose` is 0; with `verbose: 2` there are only lines. Add one of your own to
 * draw elsewhere.
 *
 * @see https://keras.io/api/callbacks/progbar_logger/
 * @example
 * ```ts
 * const log: string[] = []
 * const bar = new ProgressBar({ terminal: null, print: (line) => log.push(line) })
 * await model.fit(x, y, { callbacks: [bar], verbose: 0 })
 * ```
 */
export class ProgressBar extends Callback {
  readonly #terminal: Terminal | null
  readonly #print: (line: string) => void
  #training = false
  #title = ''
  #started = 0
  #drawn = Number.NEGATIVE_INFINITY
  #seen = 0
  /** Whether the bar stands in a line that has not ended. */
  #isOpen = false

  constructor({ terminal = findTerminal(), print = console.log }: ProgressBarOptions = {}) {
    super()
    this.#terminal = terminal
    this.#print = print
  }

  override onTrainBegin(): void {
    this.#training = true
  }

  override onTrainEnd(): void {
    this.#training = false
  }

  override onEpochBegin(epoch: number): void {
    this.#begin(`Epoch ${epoch + 1}/${this.params.epochs}`)
    if (this.#isLive) this.#terminal!.write(`${this.#title}\n`)
  }

  override onTrainBatchEnd(batch: number, logs: BatchLogs): Promise<void> | void {
    return this.#progress(batch, logs)
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    this.#finish(logs)
  }

  override onTestBegin(): void {
    if (!this.#training) this.#begin('Evaluation')
  }

  override onTestBatchEnd(batch: number, logs: BatchLogs): Promise<void> | void {
    if (!this.#training) return this.#progress(batch, logs)
  }

  override onTestEnd(logs: Logs): void {
    if (!this.#training) this.#finish(logs)
  }

  override onRunError(): void {
    this.#training = false
    if (this.#isLive && this.#isOpen) this.#terminal!.write('\n')
    this.#isOpen = false
  }

  get #isLive(): boolean {
    return this.#terminal !== null && this.params.verbose === 1
  }

  #begin(title: string): void {
    this.#title = title
    this.#started = performance.now()
    this.#drawn = Number.NEGATIVE_INFINITY
    this.#seen = 0
  }

  #progress(batch: number, logs: BatchLogs): Promise<void> | void {
    this.#seen = batch + 1
    if (!this.#isLive || performance.now() - this.#drawn < shortestPause) return
    return logs.read().then((values) => {
      this.#drawn = performance.now()
      this.#draw(values)
    })
  }

  #finish(logs: Logs): void {
    if (this.#isLive) {
      this.#draw(logs)
      this.#terminal!.write('\n')
      this.#isOpen = false
      return
    }
    this.#print(`${this.#title} - ${this.#count()} - ${this.#timing()}${formatLogs(logs)}`)
  }

  #draw(logs: Logs): void {
    const { steps } = this.params
    // How far it is cannot be shown where nobody knows.
    const done = steps === null ? 0 : Math.round((barLength * this.#seen) / Math.max(steps, 1))
    const bar = steps === null ? '' : `${'━'.repeat(done)}${'─'.repeat(Math.max(barLength - done, 0))} `
    const line = `${this.#count()} ${bar}${this.#timing()}${formatLogs(logs)}`
    this.#isOpen = true
    // A line that wraps could not be drawn over.
    this.#terminal!.write(`\r\x1b[2K${line.slice(0, (this.#terminal!.columns ?? 120) - 1)}`)
  }

  #count(): string {
    return `${this.#seen}/${this.params.steps ?? 'unknown'}`
  }

  #timing(): string {
    const elapsed = performance.now() - this.#started
    return `${formatTime(elapsed)} ${formatTime(elapsed / Math.max(this.#seen, 1))}/step`
  }
}

function formatTime(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)}us`
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`
  if (milliseconds < 60_000) return `${Math.round(milliseconds / 1000)}s`
  const seconds = Math.round(milliseconds / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function formatLogs(logs: Logs): string {
  return Object.entries(logs)
    .map(([name, value]) => ` - ${name}: ${formatValue(value)}`)
    .join('')
}

function formatValue(value: number): string {
  const size = Math.abs(value)
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(4) : value.toFixed(4)
}
