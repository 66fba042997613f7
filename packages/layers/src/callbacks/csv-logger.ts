import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import { Callback, type Logs } from './callback.ts'

export interface CSVLoggerOptions {
  /** Takes the text line by line, ends of lines included. */
  readonly write: (text: string) => void | Promise<void>
  /** What stands between columns. Default: ','. */
  readonly separator?: string
}

/**
 * Writes the losses and metrics of every epoch as a line of comma-separated values, after a line with their names.
 *
 * The columns are `epoch` and the names of the first epoch's logs in alphabetical order; validation that only comes
 * later has its columns, and what is missing is `NA`. In Node, `CSVLogger` of `@tapegrad/layers/node` takes a path.
 *
 * @throws {@link ArgumentError} for options of the wrong kind.
 * @see https://keras.io/api/callbacks/csv_logger/
 * @example
 * ```ts
 * let text = ''
 * const logger = new CSVLogger({ write: (line) => void (text += line) })
 * await model.fit(x, y, { callbacks: [logger], verbose: 0 })
 * ```
 */
export class CSVLogger extends Callback {
  readonly separator: string
  readonly #write: (text: string) => void | Promise<void>
  #columns: readonly string[] | null = null

  constructor(options: CSVLoggerOptions) {
    super()
    const op = 'CSVLogger'
    checkOptionNames(op, options, ['write', 'separator'])
    const { write, separator = ',' } = options
    if (typeof write !== 'function') {
      throw new ArgumentError('write is not a function', { op, received: { write }, expected: '(text) => …' })
    }
    if (typeof separator !== 'string' || separator.length !== 1 || /["\r\n]/.test(separator)) {
      throw new ArgumentError('the separator is not a character', { op, received: { separator } })
    }
    this.separator = separator
    this.#write = write
  }

  override onTrainBegin(): void | Promise<void> {
    this.#columns = null
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    if (this.#columns === null) {
      const names = Object.keys(logs).sort()
      const isValidated = names.some((name) => name.startsWith('val_'))
      this.#columns = isValidated ? names : [...names, ...names.map((name) => `val_${name}`)]
      await this.writeHeader(this.#line(['epoch', ...this.#columns]))
    }
    const values = this.#columns.map((name) => (Object.hasOwn(logs, name) ? String(logs[name]) : 'NA'))
    await this.#write(this.#line([String(epoch), ...values]))
  }

  /** Writes the line with the names. */
  protected writeHeader(line: string): void | Promise<void> {
    return this.#write(line)
  }

  #line(cells: readonly string[]): string {
    const quoted = cells.map((cell) =>
      cell.includes(this.separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
    )
    return `${quoted.join(this.separator)}\r\n`
  }
}
