import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import { callbacks } from '../index.ts'

export interface CSVLoggerOptions {
  readonly path: string
  /** What stands between columns. Default: ','. */
  readonly separator?: string
  /** Whether lines are added to a file that is there. Default: false: it is replaced. */
  readonly append?: boolean
}

/**
 * Writes the losses and metrics of every epoch as a line of a file of comma-separated values.
 *
 * @throws {@link ArgumentError} for options of the wrong kind; in training for a file with other columns, and the file system's errors.
 * @see https://keras.io/api/callbacks/csv_logger/
 * @example
 * ```ts
 * import { CSVLogger } from '@tapegrad/layers/node'
 *
 * await model.fit(x, y, { callbacks: [new CSVLogger({ path: 'run.csv', append: true })] })
 * ```
 */
export class CSVLogger extends callbacks.CSVLogger {
  readonly path: string
  readonly append: boolean

  constructor(options: CSVLoggerOptions) {
    const op = 'CSVLogger'
    checkOptionNames(op, options, ['path', 'separator', 'append'])
    const { path, separator = ',', append = false } = options
    if (typeof path !== 'string' || path === '') {
      throw new ArgumentError('the path is no text', { op, received: { path } })
    }
    if (typeof append !== 'boolean') {
      throw new ArgumentError('append is neither true nor false', { op, received: { append } })
    }
    super({ write: (text) => appendFile(path, text), separator })
    this.path = path
    this.append = append
  }

  override async onTrainBegin(): Promise<void> {
    await super.onTrainBegin()
    if (!this.append) await writeFile(this.path, '')
  }

  protected override async writeHeader(line: string): Promise<void> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    if (text === '') return super.writeHeader(line)
    if (text.startsWith(line)) {
      // A line that a crash cut off must not run into the next one.
      if (!text.endsWith('\n')) await appendFile(this.path, '\r\n')
      return
    }
    throw new ArgumentError('the file has other columns', {
      op: 'CSVLogger',
      received: { path: this.path, file: text.split('\r\n', 1)[0], run: line.trimEnd() },
      hint: 'choose another file, or replace it with append: false',
    })
  }
}
