import { ArgumentError, bytesPerElement, checkOptionNames, type Variable } from '@tapegrad/core'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'

/** What a line of the table shows. */
export interface SummaryRow {
  readonly name: string
  readonly className: string
  /** null where it is not known yet; a list where there are several. */
  readonly outputShape: SymbolicShape | readonly SymbolicShape[] | null
  readonly weights: readonly Variable[]
  readonly built: boolean
  readonly trainable: boolean
  /** What the layer's calls take: `dense[0][0]` is what the first call of `dense` returned first. */
  readonly connectedTo?: readonly string[]
  /** How many models, but for the outermost, the layer is in. Default: 0. */
  readonly depth?: number
}

export interface SummaryOptions {
  /** Gets the text. Default: console.log. */
  readonly print?: (text: string) => void
  /** Whether the layers of models inside are listed, too. Default: false. */
  readonly expandNested?: boolean
  /** Whether a column says which layers are trained. Default: false. */
  readonly showTrainable?: boolean
  /** The most characters in a line of the table; longer entries are broken. Default: as many as are needed. */
  readonly lineLength?: number
}

const summaryOptionNames = ['print', 'expandNested', 'showTrainable', 'lineLength']

/** @throws {@link ArgumentError} for unknown options and values of the wrong kind. */
export function checkSummaryOptions(options: SummaryOptions): void {
  const op = 'summary'
  checkOptionNames(op, options, summaryOptionNames)
  const { print = console.log, expandNested = false, showTrainable = false, lineLength = 40 } = options
  const fail = (received: Readonly<Record<string, unknown>>, expected: string): never => {
    throw new ArgumentError('an option of the summary is of the wrong kind', { op, received, expected })
  }
  if (typeof print !== 'function') fail({ print }, 'a function that takes the text')
  if (typeof expandNested !== 'boolean') fail({ expandNested }, 'true or false')
  if (typeof showTrainable !== 'boolean') fail({ showTrainable }, 'true or false')
  if (!Number.isSafeInteger(lineLength) || lineLength < 40)
    fail({ lineLength }, 'a whole number of at least 40')
}

export interface SummaryTotals {
  readonly trainable: readonly Variable[]
  readonly nonTrainable: readonly Variable[]
  readonly optimizer: readonly Variable[]
}

/**
 * A model's layers, output shapes and numbers of parameters as a table.
 *
 * @see https://keras.io/api/models/model/
 */
export function formatSummary(
  title: string,
  rows: readonly SummaryRow[],
  totals: SummaryTotals,
  { showTrainable = false, lineLength = Number.POSITIVE_INFINITY }: SummaryOptions = {},
): string {
  const connected = rows.some(({ connectedTo }) => connectedTo !== undefined)
  const columns: readonly Column[] = [
    { title: 'Layer (type)', entry: (row) => `${indent(row)}${row.name} (${row.className})` },
    { title: 'Output Shape', entry: ({ outputShape }) => formatShapes(outputShape) },
    { title: 'Param #', entry: formatParams, right: true },
    ...(connected
      ? [
          {
            title: 'Connected to',
            entry: ({ connectedTo = [] }: SummaryRow) => connectedTo.join(',\n') || '-',
          },
        ]
      : []),
    ...(showTrainable
      ? [
          {
            title: 'Trainable',
            entry: (row: SummaryRow) => (row.weights.length === 0 ? '-' : row.trainable ? 'Y' : 'N'),
          },
        ]
      : []),
  ]
  return [`Model: "${title}"`, ...formatTable(columns, rows, lineLength), ...formatTotals(totals)].join('\n')
}

interface Column {
  readonly title: string
  readonly entry: (row: SummaryRow) => string
  readonly right?: boolean
}

function indent({ depth = 0 }: SummaryRow): string {
  return depth === 0 ? '' : `${'  '.repeat(depth)}└ `
}

/** A shape, or several. */
export function formatShapes(shapes: SymbolicShape | readonly SymbolicShape[] | null): string {
  if (shapes === null) return '?'
  const several = shapes.some((entry) => Array.isArray(entry))
  return ((several ? shapes : [shapes]) as readonly SymbolicShape[])
    .map((shape) => `(${shape.map(String).join(', ')})`)
    .join(',\n')
}

function formatParams({ weights, built }: SummaryRow): string {
  return built || weights.length > 0 ? formatCount(countOf(weights)) : '0 (unbuilt)'
}

function formatTable(columns: readonly Column[], rows: readonly SummaryRow[], lineLength: number): string[] {
  const whole = rows.map((row) => columns.map(({ entry }) => entry(row).split('\n')))
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...whole.flatMap((cells) => cells[i]!.map((text) => text.length))),
  )
  const narrowest = Math.max(...columns.map(({ title }) => title.length))
  while (widths.reduce((sum, width) => sum + width + 3, 1) > lineLength) {
    const widest = Math.max(...widths)
    if (widest <= narrowest) break
    widths[widths.indexOf(widest)] = widest - 1
  }
  const line = (cells: readonly string[], side: string): string => {
    const padded = cells.map((cell, i) =>
      columns[i]!.right === true ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!),
    )
    return `${side} ${padded.join(` ${side} `)} ${side}`
  }
  const lines = (cells: readonly (readonly string[])[]): string[] => {
    const broken = cells.map((texts, i) => texts.flatMap((text) => breakText(text, widths[i]!)))
    const height = Math.max(...broken.map(({ length }) => length))
    return Array.from({ length: height }, (_, i) =>
      line(
        broken.map((texts) => texts[i] ?? ''),
        '│',
      ),
    )
  }
  const rule = (start: string, fill: string, between: string, end: string): string =>
    start + widths.map((width) => fill.repeat(width + 2)).join(between) + end
  return [
    rule('┏', '━', '┳', '┓'),
    line(
      columns.map(({ title }) => title),
      '┃',
    ),
    rule('┡', '━', '╇', '┩'),
    ...whole.flatMap((cells, i) => [...(i === 0 ? [] : [rule('├', '─', '┼', '┤')]), ...lines(cells)]),
    rule('└', '─', '┴', '┘'),
  ]
}

function breakText(text: string, width: number): readonly string[] {
  return text.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']
}

function formatTotals({ trainable, nonTrainable, optimizer }: SummaryTotals): string[] {
  const line = (title: string, weights: readonly Variable[]): string =>
    ` ${title} params: ${formatCount(countOf(weights))} (${formatBytes(bytesOf(weights))})`
  return [
    line('Total', [...trainable, ...nonTrainable, ...optimizer]),
    line('Trainable', trainable),
    line('Non-trainable', nonTrainable),
    ...(optimizer.length === 0 ? [] : [line('Optimizer', optimizer)]),
  ]
}

function countOf(weights: readonly Variable[]): number {
  return weights.reduce((count, { size }) => count + size, 0)
}

function bytesOf(weights: readonly Variable[]): number {
  return weights.reduce((bytes, { size, dtype }) => bytes + size * bytesPerElement(dtype), 0)
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const unit = bytes === 0 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  return `${(bytes / 1024 ** unit).toFixed(2)} ${units[unit]}`
}
