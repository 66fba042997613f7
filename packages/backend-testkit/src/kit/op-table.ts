import { type Backend, dtypes } from '@tapegrad/core'
import type { Case, OpReport } from './case.ts'

/** What was found of an op. */
export type OpFinding =
  | ({ readonly op: string; readonly result: 'passes' } & OpReport)
  | { readonly op: string; readonly result: 'fails' | 'skipped'; readonly reason: string }

/** Runs the case of an op and tells what it found; undefined for a case that is of something else. */
export async function findOp(entry: Case, backend: Backend): Promise<OpFinding | undefined> {
  if (entry.report === undefined) return undefined
  const op = entry.name
  const irrelevant = entry.skip?.(backend.caps)
  if (irrelevant !== undefined) return { op, result: 'skipped', reason: irrelevant }
  try {
    await entry.run(backend)
    return { op, result: 'passes', ...(await entry.report(backend)) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { op, result: 'fails', reason: message.split('\n')[0]! }
  }
}

const heads = ['op', 'values', 'gradient', 'second gradient', 'fused'] as const

/** Findings as a table in Markdown, a line for each op. */
export function formatFindings(findings: readonly OpFinding[]): string {
  const rows = [heads, heads.map(() => '---'), ...findings.map(cellsOf)]
  return rows.map((cells) => `| ${cells.map(escaped).join(' | ')} |`).join('\n')
}

function cellsOf(finding: OpFinding): readonly string[] {
  if (finding.result !== 'passes') return [finding.op, `${finding.result}: ${finding.reason}`, '', '', '']
  const { op, gradients, fused } = finding
  const compared = (order: number): string =>
    gradients >= order ? 'yes' : gradients === 0 ? 'none' : 'not compared'
  const missing = dtypes.filter((dtype) => !finding.dtypes.includes(dtype))
  const values = missing.length === 0 ? 'all dtypes' : finding.dtypes.join(', ')
  return [op, values, compared(1), compared(2), fused.join(', ')]
}

/** Text that stays in its cell. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}
