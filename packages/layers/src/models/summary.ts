import { bytesPerElement, type Variable } from '@tapegrad/core'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'

/** What a line of the table shows. */
export interface SummaryRow {
  readonly name: string
  readonly className: string
  /** null where it is not known yet. */
  readonly outputShape: SymbolicShape | null
  readonly weights: readonly Variable[]
  readonly built: boolean
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
export function formatSummary(title: string, rows: readonly SummaryRow[], totals: SummaryTotals): string {
  const cells = rows.map(({ name, className, outputShape, weights, built }) => [
    `${name} (${className})`,
    outputShape === null ? '?' : `(${outputShape.map(String).join(', ')})`,
    built || weights.length > 0 ? formatCount(countOf(weights)) : '0 (unbuilt)',
  ])
  return [
    `Model: "${title}"`,
    ...formatTable(['Layer (type)', 'Output Shape', 'Param #'], cells),
    ...formatTotals(totals),
  ].join('\n')
}

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  )
  const last = head.length - 1
  const line = (cells: readonly string[], side: string): string => {
    const padded = cells.map((cell, i) => (i === last ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
    return `${side} ${padded.join(` ${side} `)} ${side}`
  }
  const rule = (start: string, fill: string, between: string, end: string): string =>
    start + widths.map((width) => fill.repeat(width + 2)).join(between) + end
  return [
    rule('┏', '━', '┳', '┓'),
    line(head, '┃'),
    rule('┡', '━', '╇', '┩'),
    ...rows.flatMap((row, i) => [...(i === 0 ? [] : [rule('├', '─', '┼', '┤')]), line(row, '│')]),
    rule('└', '─', '┴', '┘'),
  ]
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
