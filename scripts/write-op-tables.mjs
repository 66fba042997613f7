/** The kits whose findings are told, and the heads of their columns. */
const columns = {
  'reference backend': 'reference',
  cpu: 'CPU',
  'gpu cpu': 'GPU, `cpu`',
  'gpu webasm': 'GPU, `webasm`',
  'gpu webgpu': 'WebGPU, Node',
  'gpu webgpu in Chromium': 'WebGPU, browser',
  'gpu webgl2 in Chromium': 'WebGL2',
}

/**
 * Findings of several kits as tables in Markdown, one for each group of ops.
 *
 * @param findings `{ kit, group, finding }` for each op of each kit.
 * @param summaries What each op computes, by its name.
 */
export function writeOpTables(findings, summaries) {
  const missing = Object.keys(columns).filter((kit) => findings.every((found) => found.kit !== kit))
  if (missing.length > 0) throw new Error(`no kit ran of: ${missing.join(', ')}`)
  const reasons = []
  const groups = groupBy(
    findings.filter(({ kit }) => kit in columns),
    ({ group }) => group,
  )
  const sections = [...groups].map(([group, found]) => {
    const ops = groupBy(found, ({ finding }) => nameOf(finding.op))
    const rows = [...ops].map(([op, entries]) => rowOf(op, entries, summaries, reasons))
    const heads = ['op', 'computes', 'gradients', ...Object.values(columns)]
    return [`## ${titleOf(group)}`, '', ...[heads, heads.map(() => '---'), ...rows].map(lineOf)].join('\n')
  })
  const notes = reasons.map((reason, i) => `${i + 1}. ${reason}.`)
  const skips = notes.length === 0 ? '' : ['## What is not compared', '', ...notes].join('\n')
  return [...sections, skips].filter((part) => part !== '').join('\n\n')
}

function rowOf(op, entries, summaries, reasons) {
  const passing = entries.flatMap(({ finding }) => (finding.result === 'passes' ? [finding] : []))
  const gradients = Math.max(0, ...passing.map((finding) => finding.gradients))
  const cells = Object.keys(columns).map((kit) => {
    const own = entries.flatMap((entry) => (entry.kit === kit ? [entry.finding] : []))
    if (own.length === 0) throw new Error(`${kit} has no finding of ${op}`)
    const skipped = own.flatMap(({ op: name, reason }) =>
      reason === undefined ? [] : [`${name}: ${reason}`],
    )
    const notes = skipped.map((reason) => {
      if (!reasons.includes(reason)) reasons.push(reason)
      return `(${reasons.indexOf(reason) + 1})`
    })
    const isRight = own.some(({ result }) => result === 'passes')
    const isFused = own.some(({ fused = [] }) => fused.length > 0)
    return [isRight && '✓', isFused && 'ƒ', ...notes].filter(Boolean).join(' ')
  })
  const orders = ['none', 'first', 'first and second'][gradients]
  return [`\`${op}\``, summaries.get(op.replace('random.', '')) ?? '', orders, ...cells]
}

/** The op that a case is of: `sum of many elements` is of `sum`. */
function nameOf(name) {
  return name.split(/[ ,]/, 1)[0]
}

function titleOf(group) {
  const words = group.replaceAll('-', ' ')
  return words[0].toUpperCase() + words.slice(1)
}

function lineOf(cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function groupBy(items, keyOf) {
  const groups = new Map()
  for (const item of items) {
    const key = keyOf(item)
    if (groups.has(key)) groups.get(key).push(item)
    else groups.set(key, [item])
  }
  return groups
}
